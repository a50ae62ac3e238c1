import { makeCertificate } from '@cachefb/backend-suites';
import { systemClock } from '@cachefb/core';
import { cacheConformance, freePort, RedisServer } from '@cachefb/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { NodeRedisBackend, type NodeRedisTarget } from '../src/index.js';

const certificate = makeCertificate();
let server: RedisServer;
let overTls: NodeRedisTarget;

beforeAll(async () => {
  const port = await freePort();
  server = await RedisServer.start({ persistence: false, args: certificate.serverArgs(port) });
  overTls = { socket: { host: '127.0.0.1', port, tls: true, ca: certificate.pem } };
});
afterAll(async () => {
  await server.close();
  certificate[Symbol.dispose]();
});

const subjects = [
  { name: 'NodeRedisBackend', target: () => server.url, coalesce: true },
  { name: 'NodeRedisBackend without coalescing', target: () => server.url, coalesce: false },
  { name: 'NodeRedisBackend over TLS', target: () => overTls, coalesce: true },
];

for (const { name, target, coalesce } of subjects) {
  cacheConformance(
    { describe, it },
    {
      name,
      create: async () => {
        const cache = new NodeRedisBackend(target(), { coalesce });
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
