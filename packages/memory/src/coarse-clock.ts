import { type Clock, systemClock } from '@cachefb/core';

/** A reading is used for this many checks at most. */
const CHECKS_PER_READING = 64;
/** And for this long, milliseconds, while the event loop turns. */
const READING_AGE = 20;
/** What ends within this many milliseconds of a reading is compared with the time itself. */
const NEAR = 5000;

/**
 * Tells whether a deadline has passed, mostly without reading the clock, which takes longer than the rest of a read.
 *
 * An old reading is only trusted for deadlines that are more than 5 seconds ahead of it, and it is renewed every 64
 * checks and, by a timer, 20 ms after it was taken. So an answer is exact unless synchronous code blocked the
 * process for more than 5 seconds since the last few checks. Clocks other than the system's are read every time.
 */
export class CoarseClock {
  readonly #clock: Clock;
  readonly #near: number;
  #reading = 0;
  #checksLeft = 0;
  #timer: ReturnType<Clock['after']> | undefined;
  readonly #outdate = () => {
    this.#timer = undefined;
    this.#checksLeft = 0;
  };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#near = clock === systemClock ? NEAR : Number.POSITIVE_INFINITY;
  }

  /** The time, in whole epoch milliseconds. */
  now(): number {
    return Math.floor(this.#clock.now());
  }

  /** Whether an instant is now or past. */
  isPast(instant: number): boolean {
    if (--this.#checksLeft < 0) this.#read();
    if (instant > this.#reading + this.#near) return false;
    return instant <= this.#reading || instant <= this.now();
  }

  /** Ends the timer, if one runs. */
  stop(): void {
    if (this.#timer === undefined) return;
    this.#clock.clear(this.#timer);
    this.#outdate();
  }

  #read(): void {
    this.#reading = this.now();
    if (this.#near === Number.POSITIVE_INFINITY) return;
    this.#checksLeft = CHECKS_PER_READING;
    this.#timer ??= this.#clock.after(READING_AGE, this.#outdate);
  }
}
