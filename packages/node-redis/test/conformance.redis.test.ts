import { systemClock } from '@cachefb/core';
import { cacheConformance, RedisServer } from '@cachefb/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { NodeRedisBackend } from '../src/index.js';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start({ persistence: false });
});
afterAll(() => server.close());

for (const coalesce of [true, false]) {
  cacheConformance(
    { describe, it },
    {
      name: coalesce ? 'NodeRedisBackend' : 'NodeRedisBackend without coalescing',
      create: async () => {
        const cache = new NodeRedisBackend(server.url, { coalesce });
        await cache.connect();
        return {
          cache,
          dispose: () => cache.disconnect(),
          now: () => Math.round(systemClock.now()),
        };
      },
      putForeign: async (key) => {
        await server.call('RPUSH', key, 'item');
      },
    },
  );
}
