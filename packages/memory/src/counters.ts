/** Every call is timed until this many were seen, */
const TIMED_AT_FIRST = 16;
/** and from then on one in this many. */
const SAMPLING = 1024;

/**
 * What the cache counts. Timing is sampled: reading a clock twice takes longer than a `get`, so one call in 1024 is timed
 * and stands for the others, and the time that reading the clock takes is subtracted.
 */
export class Counters {
  hits = 0;
  misses = 0;
  sets = 0;
  deletes = 0;
  evictions = 0;
  expirations = 0;
  operations = 0;
  /** The operation at which the next call is timed. */
  nextTimed: number;
  readonly #timing: boolean;
  #timedTotal = 0;
  #timedWeight = 0;

  constructor(timing: boolean) {
    this.#timing = timing;
    this.nextTimed = timing ? 1 : Number.POSITIVE_INFINITY;
  }

  /** Runs and times a call; one in 1024 takes this way. */
  timed<A extends readonly unknown[], R>(run: (...args: A) => R, ...args: A): R {
    const weight = this.operations <= TIMED_AT_FIRST ? 1 : SAMPLING;
    this.nextTimed = this.operations + (this.operations < TIMED_AT_FIRST ? 1 : SAMPLING);
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
    this.nextTimed = this.#timing ? 1 : Number.POSITIVE_INFINITY;
    this.#timedTotal = 0;
    this.#timedWeight = 0;
  }
}
