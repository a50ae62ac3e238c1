/** How often it looks, milliseconds. */
const PERIOD = 5;
/** How late a look has to be for the event loop to have stood still, milliseconds. */
const STALL = 25;

/** Adds up how long this process's own event loop stood still, so that it is not taken for Redis's slowness. */
export class EventLoopLag {
  #timer: NodeJS.Timeout | undefined;
  #looked = 0;
  #total = 0;

  /** Begins to look. */
  start(): void {
    this.#looked = performance.now();
    this.#timer = setInterval(() => this.#look(), PERIOD);
  }

  /** Milliseconds so far, what is going on at the moment included. */
  get total(): number {
    return this.#total + this.#lateness();
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#total += this.#lateness();
    this.#looked = performance.now();
  }

  #lateness(): number {
    const late = performance.now() - this.#looked - PERIOD;
    return late > STALL ? late : 0;
  }
}
