// A user of node-redis: its clients and options make a backend, which works by itself and under a manager.
import assert from 'node:assert/strict';
import { type CacheBackend, ConfigurationError, ReplyError, silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { NodeRedisBackend, type NodeRedisOptions } from '@cachefb/node-redis';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { createClient } from 'redis';

const server = await RedisServer.start({ persistence: false });
try {
  const options: NodeRedisOptions = { socket: { host: server.host, port: server.port } };
  await useAlone(new NodeRedisBackend(options, { timeout: 5000 }));
  await useInManager(server);
} finally {
  await server.close();
}

// @ts-expect-error an option of ioredis is refused by the compiler, and at construction
assert.throws(() => new NodeRedisBackend({ host: 'localhost' }), ConfigurationError);

async function useAlone(redis: CacheBackend): Promise<void> {
  await redis.connect();
  assert.equal(await redis.hset('user:1', { name: 'ada', visits: 1 }), 2);
  assert.equal(await redis.hincrby('user:1', 'visits', 1), 2);
  await assert.rejects(redis.get('user:1'), ReplyError);
  await redis.disconnect();
}

async function useInManager(server: RedisServer): Promise<void> {
  const client = createClient({ url: `${server.url}/2` });
  await client.connect();
  const redis = new NodeRedisBackend(client, { timeout: 5000 });
  const cache = new CacheManager({ redis, criticalKeys: ['session:*'], logger: silentLogger });
  await cache.initialize();
  assert.equal(await cache.set('session:1', 'ada', 60_000), 'OK');
  assert.equal(await client.get('session:1'), 'ada');
  await client.close();

  await server.kill();
  assert.equal(await cache.get('session:1'), 'ada');
  assert.equal(cache.getCurrentProvider(), 'memory');
  await cache.set('session:1', 'grace', 60_000);
  await server.restart();
  await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 30_000 });
  assert.equal(await cache.get('session:1'), 'grace');
  await cache.disconnect();

  const connection = await server.connect();
  await connection.call('SELECT', '2');
  assert.equal(await connection.call('GET', 'session:1'), 'grace');
  connection.close();
}
