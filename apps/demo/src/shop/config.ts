import type { MeteredCache } from '../measure/metered-cache.js';
import type { Keys } from './keys.js';
import type { Ledger } from './ledger.js';

/** The shop's settings: one hash. One clerk changes them, field by field; every visitor reads them. */
export class Config {
  readonly #cache: MeteredCache;
  readonly #ledger: Ledger;
  readonly #key: string;

  constructor(cache: MeteredCache, ledger: Ledger, keys: Keys) {
    this.#cache = cache;
    this.#ledger = ledger;
    this.#key = keys.config;
  }

  async change(field: string, value: string): Promise<void> {
    await this.#cache.hset(this.#key, field, value);
    this.#ledger.config.set(field, value);
  }

  read(): Promise<Record<string, string>> {
    return this.#cache.hgetall(this.#key);
  }
}
