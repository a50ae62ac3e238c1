import { cacheConformance, RedisServer } from '@cachefb/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CacheManager } from '../src/index.js';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start({ persistence: false });
});
afterAll(() => server.close());

async function create(criticalKeys: readonly string[]) {
  const cache = new CacheManager({ redis: server.url, criticalKeys, logger: quiet });
  await cache.initialize();
  return { cache, dispose: () => cache.disconnect() };
}

cacheConformance(
  { describe, it },
  {
    name: 'CacheManager, while Redis answers',
    create: () => create([]),
    putForeign: async (key) => {
      await server.call('RPUSH', key, 'item');
    },
  },
);

cacheConformance(
  { describe, it },
  {
    name: 'CacheManager, while Redis answers and every key is mirrored',
    create: () => create(['*']),
  },
);

cacheConformance(
  { describe, it },
  {
    name: 'CacheManager, while memory answers',
    create: async () => {
      const subject = await create(['*']);
      subject.cache.switchToMemoryCache();
      return subject;
    },
    without: {
      apply: 'changes are applied to Redis only',
      stamps: 'changes are applied to Redis only',
    },
  },
);
