import {
  type CacheCommands,
  CacheError,
  type CacheValue,
  type Clock,
  type Command,
  encodeValue,
  inspect,
  integerOption,
  isWrite,
  keysOf,
  optionsObject,
} from '@cachefb/core';
import { type Flight, SingleFlight } from './single-flight.js';
import { StaleValues } from './stale-values.js';

/** Options of `getOrSet`. */
export interface GetOrSetOptions {
  /** How long a loaded value is kept, milliseconds; 0 for no limit. @defaultValue `0` */
  readonly ttl?: number;
  /**
   * For how long after it was last loaded or read here a value is good enough where the loader fails, milliseconds; 0 for
   * never. @defaultValue as in the call that loaded or read it, else `0`
   */
  readonly staleTtl?: number;
  /** After how long a loader counts as failed, milliseconds; 0 for never. @defaultValue `0` */
  readonly loadTimeout?: number;
}

/** What a {@link GetOrSet} works with. */
export interface LoadingOptions {
  readonly cache: Pick<CacheCommands, 'get' | 'set'>;
  readonly clock: Clock;
  /** Told of a loaded value that could not be stored. */
  readonly onNotStored: (key: string, error: unknown) => void;
}

type Loader = () => CacheValue | Promise<CacheValue>;
/** The text of a value, or why the loader has none. */
type Loaded = { readonly text: string } | { readonly failure: unknown };

/** Answers from the cache, else from a loader: one call a key at a time, the last good value if it fails. */
export class GetOrSet {
  readonly #options: LoadingOptions;
  readonly #flights = new SingleFlight<Loaded>();
  readonly #stale = new StaleValues();
  /** The longest `staleTtl` of those who wait for a key. */
  readonly #staleTtls = new Map<string, number>();
  /** Reads under way, each with its key: one that a write overtakes says what was. */
  readonly #reads = new Map<{ isOld: boolean }, string>();
  #storing = false;

  constructor(options: LoadingOptions) {
    this.#options = options;
  }

  /** The value at `key`, parsed; loads and stores it if there is none. */
  async get<T extends CacheValue>(
    key: string,
    loader: () => T | Promise<T>,
    options?: GetOrSetOptions,
  ): Promise<T> {
    const { ttl, staleTtl, loadTimeout } = checkOptions(options);
    if (typeof loader !== 'function') {
      throw new TypeError(
        `the loader of key ${inspect(key)}: expected a function, got ${inspect(loader)}`,
      );
    }
    const { cache, clock } = this.#options;
    const read = { isOld: false };
    this.#reads.set(read, key);
    const cached = await cache.get(key).finally(() => this.#reads.delete(read));
    if (cached !== null) {
      const value = parse<T>(cached, key);
      if (!read.isOld) this.#remember(key, cached, staleTtl);
      return value;
    }
    this.#staleTtls.set(key, Math.max(staleTtl ?? 0, this.#staleTtls.get(key) ?? 0));
    const loaded = await this.#flights.run(key, (flight) =>
      this.#load(key, loader, ttl, loadTimeout, flight).finally(() => {
        if (flight.isCurrent) this.#forgetFlight(key);
      }),
    );
    if ('text' in loaded) return parse<T>(loaded.text, key);
    const stale = this.#stale.get(key, clock.now(), staleTtl);
    if (stale === undefined) throw loaded.failure;
    return parse<T>(stale, key);
  }

  /** Whether {@link GetOrSet.changing} has to be told of commands. */
  get isActive(): boolean {
    return this.#reads.size > 0 || this.#flights.size > 0 || this.#stale.size > 0;
  }

  /** Told of each command before it runs: what was loaded before a write is not stored or answered after it. */
  changing(command: Command): void {
    if (this.#storing || !isWrite(command)) return;
    switch (command.name) {
      case 'persist':
        return;
      case 'pexpire':
        if (command.ms > 0) return;
        break;
      case 'flushall':
        this.#flights.clear();
        this.#staleTtls.clear();
        this.#stale.clear();
        for (const read of this.#reads.keys()) read.isOld = true;
        return;
    }
    const keys = keysOf(command);
    for (const key of keys) {
      this.#forgetFlight(key);
      this.#stale.forget(key);
    }
    for (const [read, key] of this.#reads) if (keys.includes(key)) read.isOld = true;
  }

  #forgetFlight(key: string): void {
    this.#flights.forget(key);
    this.#staleTtls.delete(key);
  }

  async #load(
    key: string,
    loader: Loader,
    ttl: number,
    timeout: number,
    flight: Flight,
  ): Promise<Loaded> {
    let value: CacheValue;
    try {
      value = await (timeout === 0 ? loader() : this.#bounded(key, loader, timeout));
    } catch (failure) {
      return { failure };
    }
    const text = typeof value === 'string' ? JSON.stringify(value) : encodeValue(value, key);
    if (flight.isCurrent) await this.#store(key, text, ttl);
    if (flight.isCurrent) this.#remember(key, text, this.#staleTtls.get(key));
    return { text };
  }

  /** The caller gets what was loaded, whether or not it could be stored. */
  async #store(key: string, text: string, ttl: number): Promise<void> {
    const { cache, onNotStored } = this.#options;
    let stored: Promise<unknown>;
    this.#storing = true;
    try {
      stored = cache.set(key, text, ttl === 0 ? {} : { ttl });
    } finally {
      this.#storing = false;
    }
    await stored.catch((error: unknown) => onNotStored(key, error));
  }

  #bounded(key: string, loader: Loader, timeout: number): Promise<CacheValue> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = clock.after(timeout, () =>
        reject(
          new CacheError(
            'LOAD_TIMEOUT',
            `the loader of key ${inspect(key)} gave no answer within ${timeout} ms`,
          ),
        ),
      );
      new Promise<CacheValue>((settle) => settle(loader()))
        .then(resolve, reject)
        .finally(() => clock.clear(timer));
    });
  }

  #remember(key: string, text: string, ttl: number | undefined): void {
    if (ttl === undefined || ttl === 0) return;
    this.#stale.remember(key, { text, at: this.#options.clock.now(), ttl });
  }
}

function checkOptions(options: GetOrSetOptions | undefined) {
  const given = optionsObject<GetOrSetOptions>('getOrSet', options, [
    'ttl',
    'staleTtl',
    'loadTimeout',
  ]);
  const { staleTtl } = given;
  return {
    ttl: integerOption('getOrSet.ttl', given.ttl, 0),
    staleTtl: staleTtl === undefined ? undefined : integerOption('getOrSet.staleTtl', staleTtl, 0),
    loadTimeout: integerOption('getOrSet.loadTimeout', given.loadTimeout, 0, { max: 2 ** 31 - 1 }),
  };
}

function parse<T>(text: string, key: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new CacheError('INVALID_JSON', `the value of key ${inspect(key)} is not JSON`, { cause });
  }
}
