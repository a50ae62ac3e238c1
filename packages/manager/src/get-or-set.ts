import {
  type CacheCommands,
  type CacheValue,
  type Clock,
  encodeValue,
  integerOption,
  optionsObject,
} from '@cachefb/core';
import { SingleFlight } from './single-flight.js';

/** Options of `getOrSet`. */
export interface GetOrSetOptions {
  /** How long a loaded value is kept, milliseconds; 0 for no limit. @defaultValue `0` */
  readonly ttl?: number;
  /**
   * For how long after it was loaded a value is good enough when the loader fails, milliseconds; 0 for never.
   * @defaultValue `0`
   */
  readonly staleTtl?: number;
}

interface Stale {
  readonly text: string;
  readonly until: number;
}

const MOST_STALE = 1000;

/** Answers from the cache, else from a loader: one call a key at a time, the last good value if it fails. */
export class GetOrSet {
  readonly #cache: Pick<CacheCommands, 'get' | 'set'>;
  readonly #clock: Clock;
  readonly #flights = new SingleFlight();
  readonly #stale = new Map<string, Stale>();

  constructor(cache: Pick<CacheCommands, 'get' | 'set'>, clock: Clock) {
    this.#cache = cache;
    this.#clock = clock;
  }

  /** The value at `key`, parsed; loads and stores it if there is none. */
  async get<T extends CacheValue>(
    key: string,
    loader: () => T | Promise<T>,
    options?: GetOrSetOptions,
  ): Promise<T> {
    const given = optionsObject<GetOrSetOptions>('getOrSet options', options, ['ttl', 'staleTtl']);
    const ttl = integerOption('ttl', given.ttl, 0);
    const staleTtl = integerOption('staleTtl', given.staleTtl, 0);
    const cached = await this.#cache.get(key);
    if (cached !== null) return JSON.parse(cached) as T;
    const text = await this.#flights.run(key, () => this.#load(key, loader, ttl, staleTtl));
    return JSON.parse(text) as T;
  }

  async #load(
    key: string,
    loader: () => CacheValue | Promise<CacheValue>,
    ttl: number,
    staleTtl: number,
  ): Promise<string> {
    let text: string;
    try {
      const value = await loader();
      text = typeof value === 'string' ? JSON.stringify(value) : encodeValue(value, key);
    } catch (error) {
      const stale = this.#stale.get(key);
      if (stale !== undefined && stale.until > this.#clock.now()) return stale.text;
      throw error;
    }
    await this.#cache.set(key, text, ttl === 0 ? {} : { ttl });
    if (staleTtl > 0) this.#remember(key, { text, until: this.#clock.now() + staleTtl });
    return text;
  }

  #remember(key: string, stale: Stale): void {
    this.#stale.delete(key);
    if (this.#stale.size >= MOST_STALE) {
      const oldest = this.#stale.keys().next().value;
      if (oldest !== undefined) this.#stale.delete(oldest);
    }
    this.#stale.set(key, stale);
  }
}
