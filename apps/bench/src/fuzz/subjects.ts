import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';
import { cacheSide, type FuzzSide, freePort } from '@cachefb/testkit';

/** What can be compared with Redis, and how it ends. */
export const SUBJECTS = {
  memory: async () => subject(new InMemoryCache({ evictionPolicy: 'none' })),
  manager: async () => subject(await managerWithoutRedis()),
} satisfies Record<string, () => Promise<Subject>>;

/** The name of a subject. */
export type SubjectName = keyof typeof SUBJECTS;

/** One of the two that are compared. */
export interface Subject {
  readonly side: FuzzSide;
  /** Ends it; throws if it was not what it was to be all the time. */
  end(): Promise<void>;
}

function subject(cache: InMemoryCache | CacheManager): Subject {
  return {
    side: cacheSide(cache),
    end: async () => {
      if (cache instanceof CacheManager && cache.getCurrentProvider() !== 'memory') {
        throw new Error('the manager did not stay in memory');
      }
      await cache.disconnect();
    },
  };
}

/** A manager whose Redis is never there. */
async function managerWithoutRedis(): Promise<CacheManager> {
  const manager = new CacheManager({
    redis: `redis://127.0.0.1:${await freePort()}`,
    memoryCacheConfig: { evictionPolicy: 'none' },
    logger: silentLogger,
  });
  await manager.initialize();
  return manager;
}
