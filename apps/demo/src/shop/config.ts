import type { MeteredCache } from '../measure/metered-cache.js';

/** Settings: one hash, changed field by field by one clerk. */
export class Config {
  readonly #cache: MeteredCache;
  readonly #key: string;
  readonly #promised: Map<string, string>;

  /** @param promised - where acknowledged values are written down. */
  constructor(cache: MeteredCache, key: string, promised: Map<string, string>) {
    this.#cache = cache;
    this.#key = key;
    this.#promised = promised;
  }

  async change(field: string, value: string): Promise<void> {
    await this.#cache.hset(this.#key, field, value);
    this.#promised.set(field, value);
  }

  read(): Promise<Record<string, string>> {
    return this.#cache.hgetall(this.#key);
  }
}
