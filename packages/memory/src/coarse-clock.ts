import { type Clock, systemClock } from '@cachefb/core';

/** A reading is used for this long, milliseconds, while the event loop turns. */
const READING_AGE = 20;
/** What ends within this many milliseconds of a reading is compared with the time itself. */
const NEAR = 5000;
/** The horizon while there is no reading: nothing is beyond it. */
const NONE = Number.POSITIVE_INFINITY;

/**
 * Tells whether a deadline has passed, mostly without reading the clock, which takes longer than the rest of a read.
 *
 * An old reading is only trusted for deadlines that are more than 5 seconds ahead of it, and it is given up by a timer,
 * 20 ms after it was taken, and by {@link CoarseClock.outdate}, which is called every so many operations. So an answer
 * is exact unless synchronous code blocked the process for more than 5 seconds during the last few operations. Clocks
 * other than the system's are read every time.
 */
export class CoarseClock {
  /** Deadlines later than this have surely not passed; nothing is known of the others. */
  horizon = NONE;
  readonly #clock: Clock;
  readonly #isCoarse: boolean;
  #timer: ReturnType<Clock['after']> | undefined;
  readonly #ring = () => {
    this.#timer = undefined;
    this.outdate();
  };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#isCoarse = clock === systemClock;
  }

  /** The time, in whole epoch milliseconds. */
  now(): number {
    return Math.floor(this.#clock.now());
  }

  /** Calls back once, as {@link Clock.after} does. */
  after(ms: number, callback: () => void): ReturnType<Clock['after']> {
    return this.#clock.after(ms, callback);
  }

  /** Whether an instant is now or past. */
  isPast(instant: number): boolean {
    if (instant > this.horizon) return false;
    const now = this.now();
    if (this.#isCoarse) {
      this.horizon = now + NEAR;
      this.#timer ??= this.#clock.after(READING_AGE, this.#ring);
    }
    return instant <= now;
  }

  /** Gives the last reading up. */
  outdate(): void {
    this.horizon = NONE;
  }

  /** Ends the timer, if one runs. */
  stop(): void {
    if (this.#timer === undefined) return;
    this.#clock.clear(this.#timer);
    this.#ring();
  }
}
