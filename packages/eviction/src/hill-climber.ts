/** The first step, and that after a restart, as a part of the cache. */
const STEP = 0.0625;
/** How the step shrinks from sample to sample, so that the climb comes to rest. */
const DECAY = 0.98;
/** A change of the hit ratio by this much means that the load is another one: the climb starts again. */
const RESTART = 0.05;
/** Requests, for each entry of the cache, in one sample. */
const SAMPLE = 10;

/**
 * Finds the best size of something by trial: as long as the hit ratio rises from one sample of requests to the next it
 * goes on in the same direction, else it turns round.
 *
 * @see G. Einziger, O. Eytan, R. Friedman, B. Manes, "Adaptive software cache management", Middleware 2018
 */
export class HillClimber {
  readonly #capacity: number;
  #hits = 0;
  #misses = 0;
  #previous = 0;
  #step: number;

  /** @param capacity - entries of the cache. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#step = -STEP * capacity;
  }

  hit(): void {
    this.#hits++;
  }

  miss(): void {
    this.#misses++;
  }

  /** By how many entries to change the size now; 0 until a sample is complete. */
  next(): number {
    const requests = this.#hits + this.#misses;
    if (requests < SAMPLE * this.#capacity) return 0;
    const ratio = this.#hits / requests;
    const change = ratio - this.#previous;
    const amount = change >= 0 ? this.#step : -this.#step;
    this.#step =
      Math.abs(change) >= RESTART ? STEP * this.#capacity * (amount >= 0 ? 1 : -1) : DECAY * amount;
    this.#previous = ratio;
    this.#hits = 0;
    this.#misses = 0;
    return Math.trunc(amount);
  }
}
