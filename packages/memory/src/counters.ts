import type { CoarseClock } from './coarse-clock.js';

/** Every call is timed until this many were seen, */
const TIMED_AT_FIRST = 16;
/** and from then on one in this many. */
const SAMPLING = 1024;
/** Operations between two checkpoints. */
const CHECKPOINT = 128;

/**
 * What the cache counts. Timing is sampled: reading a clock twice takes longer than a `get`, so one call in 1024 is timed
 * and stands for the others, and the time that reading the clock takes is subtracted.
 *
 * What is to be done now and then, but not by a timer that synchronous code holds up, is done at a checkpoint, every 128
 * operations, so that an operation makes only one comparison for all of it.
 */
export class Counters {
  hits = 0;
  misses = 0;
  sets = 0;
  deletes = 0;
  evictions = 0;
  expirations = 0;
  operations = 0;
  /** The operation that runs through {@link Counters.checkpoint}. */
  nextCheckpoint = 1;
  readonly #timing: boolean;
  readonly #clock: CoarseClock;
  #nextTimed = 1;
  #timedTotal = 0;
  #timedWeight = 0;

  constructor(timing: boolean, clock: CoarseClock) {
    this.#timing = timing;
    this.#clock = clock;
  }

  /** Runs a call, gives the clock's reading up, and times the call if it is one of those that are timed. */
  checkpoint<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): R {
    const { operations } = this;
    this.#clock.outdate();
    this.nextCheckpoint = operations + (operations < TIMED_AT_FIRST ? 1 : CHECKPOINT);
    return this.#timing && operations >= this.#nextTimed ? this.#time(run, args) : run(...args);
  }

  /** Milliseconds. */
  get averageAccessTime(): number {
    return this.#timedWeight === 0 ? 0 : this.#timedTotal / this.#timedWeight;
  }

  /** Hits / (hits + misses). */
  get hitRatio(): number {
    const reads = this.hits + this.misses;
    return reads === 0 ? 0 : this.hits / reads;
  }

  reset(): void {
    this.hits = 0;
    this.misses = 0;
    this.sets = 0;
    this.deletes = 0;
    this.evictions = 0;
    this.expirations = 0;
    this.operations = 0;
    this.nextCheckpoint = 1;
    this.#nextTimed = 1;
    this.#timedTotal = 0;
    this.#timedWeight = 0;
  }

  #time<A extends readonly unknown[], R>(run: (...args: A) => R, args: A): R {
    const weight = this.operations <= TIMED_AT_FIRST ? 1 : SAMPLING;
    this.#nextTimed = this.operations + (this.operations < TIMED_AT_FIRST ? 1 : SAMPLING);
    const start = performance.now();
    try {
      return run(...args);
    } finally {
      const end = performance.now();
      const reading = performance.now() - end;
      this.#timedTotal += Math.max(0, end - start - reading) * weight;
      this.#timedWeight += weight;
    }
  }
}
