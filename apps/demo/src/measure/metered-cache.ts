import type { CacheCommands, CacheValue } from '@cachefb/core';
import type { Calls } from './calls.js';

/** A cache whose calls are counted and timed: the few commands that the shop uses. */
export class MeteredCache {
  readonly #cache: CacheCommands;
  readonly #calls: Calls;

  constructor(cache: CacheCommands, calls: Calls) {
    this.#cache = cache;
    this.#calls = calls;
  }

  async get(key: string): Promise<string | null> {
    const value = await this.#calls.measure(() => this.#cache.get(key));
    this.#calls.countRead(value !== null);
    return value;
  }

  /** @param ttl - milliseconds. */
  set(key: string, value: CacheValue, ttl: number): Promise<string> {
    return this.#calls.measure(() => this.#cache.set(key, value, ttl));
  }

  del(key: string): Promise<number> {
    return this.#calls.measure(() => this.#cache.del(key));
  }

  incr(key: string): Promise<number> {
    return this.#calls.measure(() => this.#cache.incr(key));
  }

  /** @param ttl - milliseconds. */
  pexpire(key: string, ttl: number): Promise<number> {
    return this.#calls.measure(() => this.#cache.pexpire(key, ttl));
  }

  hset(key: string, field: string, value: CacheValue): Promise<number> {
    return this.#calls.measure(() => this.#cache.hset(key, field, value));
  }

  async hgetall(key: string): Promise<Record<string, string>> {
    const fields = await this.#calls.measure(() => this.#cache.hgetall(key));
    this.#calls.countRead(Object.keys(fields).length > 0);
    return fields;
  }
}
