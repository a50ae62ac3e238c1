import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';
import { freePort } from '@cachefb/testkit';

/** Something that keys are written to. */
export interface Writer {
  write(key: string, value: string): unknown;
  finish(): Promise<void>;
}

/** The manager in an outage, each write journalled. */
export const MANAGER = 'CacheManager, no Redis';
/** What it writes to there, alone. */
export const MEMORY = 'InMemoryCache';
/** What no JavaScript cache escapes. */
export const MAP = 'bare Map';

/** Makers of all of them, for so many keys. */
export const WRITERS: Readonly<Record<string, (keys: number) => Promise<Writer>>> = {
  [MANAGER]: managerWithoutRedis,
  [MEMORY]: async (keys) => {
    const cache = new InMemoryCache({ maxSize: 2 * keys });
    return { write: (key, value) => cache.set(key, value), finish: () => cache.disconnect() };
  },
  [MAP]: async () => {
    const map = new Map<string, string>();
    return { write: async (key, value) => map.set(key, value), finish: async () => {} };
  },
};

async function managerWithoutRedis(keys: number): Promise<Writer> {
  const cache = new CacheManager({
    redis: `redis://127.0.0.1:${await freePort()}`,
    criticalKeys: ['session:*'],
    memoryCacheConfig: { maxSize: 2 * keys },
    maxPendingRecords: keys,
    logger: silentLogger,
  });
  await cache.initialize();
  return {
    write: (key, value) => cache.set(key, value),
    finish: async () => {
      const { pending, dropped } = cache.getSyncStats();
      await cache.disconnect();
      if (pending !== keys || dropped !== 0) {
        throw new Error(`the journal holds ${pending} of ${keys} keys, ${dropped} were given up`);
      }
    },
  };
}
