import { afterAll, beforeAll, describe, it } from 'vitest';
import { cacheConformance, RedisServer } from '../src/index.js';
import { ReferenceBackend } from './reference/reference-backend.js';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start({ persistence: false });
});
afterAll(() => server.close());

cacheConformance(
  { describe, it },
  {
    name: 'a plain backend over a real Redis',
    create: async () => {
      const cache = new ReferenceBackend(await server.connect());
      return { cache, dispose: () => cache.disconnect() };
    },
    putForeign: async (key) => {
      await server.call('RPUSH', key, 'item');
    },
  },
);
