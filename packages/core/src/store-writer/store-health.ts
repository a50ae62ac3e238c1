import type { Logger } from '../logger.js';

/** Counts what a store fails at, and logs when it begins and ends. */
export class StoreHealth {
  readonly #logger: Logger;
  /** Calls that failed. */
  failures = 0;
  /** Why it fails now; `undefined` while it works. */
  lastError: unknown;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A call failed. */
  failed(error: unknown): void {
    this.failures++;
    if (this.lastError === undefined) {
      this.#logger.error('critical entries are not persisted; the cache goes on in memory', {
        error,
      });
    }
    this.lastError = error;
  }

  /** A call worked. */
  worked(): void {
    if (this.lastError === undefined) return;
    this.lastError = undefined;
    this.#logger.info('critical entries are persisted again');
  }
}
