/** Figures of some calls. */
export interface CallFigures {
  readonly made: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly slowest: number;
  readonly hits: number;
  readonly misses: number;
}

/** Counts and times every call that the shop makes of its cache. */
export class Calls {
  readonly #onCall: ((took: number) => void) | undefined;
  #made = 0;
  #failed = 0;
  #hits = 0;
  #misses = 0;
  #slowest = 0;
  #slowestOfLap = 0;
  /** What the first failed call said. */
  firstError: Error | undefined;

  /** @param onCall - told of every call how long it took, milliseconds. */
  constructor(onCall?: (took: number) => void) {
    this.#onCall = onCall;
  }

  /** Everything so far. */
  get total(): CallFigures {
    return {
      made: this.#made,
      failed: this.#failed,
      slowest: this.#slowest,
      hits: this.#hits,
      misses: this.#misses,
    };
  }

  /** The slowest call since {@link Calls.startLap}, milliseconds. */
  get slowestOfLap(): number {
    return this.#slowestOfLap;
  }

  /** Begins a new lap. */
  startLap(): void {
    this.#slowestOfLap = 0;
  }

  /** Makes a call. */
  async measure<T>(call: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await call();
    } catch (error) {
      this.#failed++;
      this.firstError ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      const took = performance.now() - start;
      this.#made++;
      this.#slowest = Math.max(this.#slowest, took);
      this.#slowestOfLap = Math.max(this.#slowestOfLap, took);
      this.#onCall?.(took);
    }
  }

  /** A read found something, or nothing. */
  countRead(found: boolean): void {
    if (found) this.#hits++;
    else this.#misses++;
  }
}
