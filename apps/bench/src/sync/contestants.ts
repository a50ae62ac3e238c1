import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { Redis } from 'ioredis';
import { CRITICAL_PREFIX, KEYS, keyNames, TTL, textOf, writeAll } from './load.js';

/** One way of bringing the same keys to a server. */
export interface Contestant {
  readonly name: string;
  /** Everything before: what the server holds, and what is to be brought to it. */
  prepare(): Promise<void>;
  /** What is measured. */
  run(): Promise<void>;
  /** One read beside it, by the connection that the application has. */
  read(): Promise<unknown>;
  /** Checks what was brought, and ends. */
  finish(): Promise<void>;
}

/** What the others are compared with. */
export const BASE = 'SET PX, pipelined by 100';
/** Keys of which a copy was kept before the outage. */
export const KNOWN = 'critical keys, bases known';
/** Critical keys that this process had not seen before the outage. */
export const UNKNOWN = 'critical keys, bases unknown';
/** Keys that are not critical. */
export const OTHER = 'other keys';

const BATCH = 100;
/** Nobody writes it; it is there for the reader. */
const READ = 'read beside';

/** All of them, on one server. */
export function contestants(url: string): Contestant[] {
  return [
    new Pipelined(url),
    new Drain(KNOWN, url, CRITICAL_PREFIX, true),
    new Drain(UNKNOWN, url, CRITICAL_PREFIX, false),
    new Drain(OTHER, url, 'page:', false),
  ];
}

/** Plain ioredis: a batch at a time, each once the one before it is answered. */
class Pipelined implements Contestant {
  readonly name = BASE;
  readonly #url: string;
  readonly #keys = keyNames(CRITICAL_PREFIX);
  readonly #values = this.#keys.map((_, i) => textOf(i, 'new'));
  #redis: Redis | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async prepare(): Promise<void> {
    this.#redis = new Redis(this.#url);
    await fill(this.#redis, this.#keys);
  }

  async run(): Promise<void> {
    const redis = this.#redis as Redis;
    for (let start = 0; start < KEYS; start += BATCH) {
      const pipeline = redis.pipeline();
      for (let i = start; i < start + BATCH; i++) {
        pipeline.set(this.#keys[i] as string, this.#values[i] as string, 'PX', TTL);
      }
      await pipeline.exec();
    }
  }

  async read(): Promise<unknown> {
    return this.#redis?.get(READ);
  }

  async finish(): Promise<void> {
    await this.#redis?.quit();
  }
}

/** An outage by hand in which every key is written, and the way back. */
class Drain implements Contestant {
  readonly name: string;
  readonly #url: string;
  readonly #keys: readonly string[];
  readonly #seen: boolean;
  readonly #critical: boolean;
  #cache: CacheManager | undefined;

  /** @param seen - whether the manager itself wrote the keys before. */
  constructor(name: string, url: string, prefix: string, seen: boolean) {
    this.name = name;
    this.#url = url;
    this.#keys = keyNames(prefix);
    this.#critical = prefix === CRITICAL_PREFIX;
    this.#seen = seen;
  }

  async prepare(): Promise<void> {
    const cache = new CacheManager({
      redis: this.#url,
      criticalKeys: [`${CRITICAL_PREFIX}*`],
      memoryCacheConfig: { maxSize: 2 * KEYS },
      maxPendingRecords: KEYS,
      logger: silentLogger,
    });
    this.#cache = cache;
    await cache.initialize();
    const write = (key: string, value: string) => cache.set(key, value, TTL);
    const redis = new Redis(this.#url);
    await fill(redis, this.#seen ? [] : this.#keys);
    await redis.quit();
    if (this.#seen) await writeAll(this.#keys, 'old', write);
    cache.switchToMemoryCache();
    await writeAll(this.#keys, 'new', write);
  }

  async run(): Promise<void> {
    if (!(await this.#cache?.switchToRedis()))
      throw new Error('the way back did not come to its end');
  }

  async read(): Promise<unknown> {
    return this.#cache?.get(READ);
  }

  async finish(): Promise<void> {
    const { totalSynced = 0, invalidated = 0, conflicts = 0 } = this.#cache?.getSyncStats() ?? {};
    await this.#cache?.disconnect();
    const done = this.#critical ? totalSynced : invalidated;
    if (done !== KEYS || conflicts !== 0) {
      throw new Error(`${this.name}: ${done} of ${KEYS} keys, ${conflicts} conflicts`);
    }
  }
}

async function fill(redis: Redis, keys: readonly string[]): Promise<void> {
  await redis.set(READ, 'there');
  await writeAll(keys, 'old', (key, value) => redis.set(key, value, 'PX', TTL));
}
