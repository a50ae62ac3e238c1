import { RedisServer, TcpProxy } from '@cachefb/testkit';
import { createClient } from 'redis';
import { expect, it } from 'vitest';
import { NodeRedisBackend } from '../src/index.js';

it("a client's own limit of a socket's silence has no effect", async () => {
  await using server = await RedisServer.start({ persistence: false });
  await using proxy = await TcpProxy.start({ target: server });
  const backend = new NodeRedisBackend(
    createClient({ url: proxy.url, socket: { socketTimeout: 30 } }),
  );
  await backend.connect();
  proxy.delay(150);
  expect(await backend.set('k', 'v')).toBe('OK');
  await backend.disconnect();
});
