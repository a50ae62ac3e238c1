import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { NodeRedisBackend } from '@cachefb/node-redis';
import { RedisBackend } from '@cachefb/redis';
import type { RedisServer } from '@cachefb/testkit';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { heapInUse } from '../harness/heap-in-use.js';
import { MANAGER } from './clients.js';
import { PIPELINING, PLAIN, UNTIMED } from './rivals.js';

/** What one `get` costs in memory while it waits for its reply. */
export interface InFlight {
  readonly name: string;
  readonly bytes: number;
}

const COMMANDS = 50_000;
/** Longer than the server stands still, milliseconds. */
const TIMEOUT = 600_000;

interface Contestant {
  readonly name: string;
  readonly get: (key: string) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/** The memory of commands in flight to a server that stands still, the text of the commands included. */
export async function measureInFlight(server: RedisServer): Promise<InFlight[]> {
  const measured: InFlight[] = [];
  for (const make of [
    () => ioredis(PLAIN, new Redis(server.url)),
    () => ioredis(PIPELINING, new Redis(server.url, { enableAutoPipelining: true })),
    () => nodeRedis(server.url),
    () => backend('RedisBackend', new RedisBackend(server.url, { timeout: TIMEOUT })),
    () =>
      backend(
        'RedisBackend, coalesce: false',
        new RedisBackend(server.url, { timeout: TIMEOUT, coalesce: false }),
      ),
    () => backend('NodeRedisBackend', new NodeRedisBackend(server.url, { timeout: TIMEOUT })),
    () => manager(server.url),
  ]) {
    const contestant = await make();
    measured.push({ name: contestant.name, bytes: await bytesOf(contestant, server) });
    await contestant.close();
  }
  return measured;
}

async function bytesOf({ get }: Contestant, server: RedisServer): Promise<number> {
  const names = Array.from({ length: COMMANDS }, (_, i) => `in-flight:${i}`);
  await Promise.all(names.slice(0, 1000).map(get));
  server.stop();
  const before = heapInUse();
  const pending: Promise<unknown>[] = [];
  try {
    // In turns of 50, as many callers would.
    for (let i = 0; i < COMMANDS; i += 50) {
      for (const name of names.slice(i, i + 50)) pending.push(get(name));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return (heapInUse() - before) / COMMANDS;
  } finally {
    server.cont();
    await Promise.all(pending);
  }
}

async function ioredis(name: string, redis: Redis): Promise<Contestant> {
  await redis.ping();
  return { name, get: (key) => redis.get(key), close: () => redis.quit() };
}

async function nodeRedis(url: string): Promise<Contestant> {
  const client = createClient({ url, commandOptions: { timeout: 0 } });
  await client.connect();
  return { name: UNTIMED, get: (key) => client.get(key), close: () => client.close() };
}

async function backend(name: string, redis: RedisBackend | NodeRedisBackend): Promise<Contestant> {
  await redis.connect();
  return { name, get: (key) => redis.get(key), close: () => redis.disconnect() };
}

async function manager(url: string): Promise<Contestant> {
  const cache = new CacheManager({ redis: url, failoverTimeout: TIMEOUT, logger: silentLogger });
  await cache.initialize();
  return { name: MANAGER, get: (key) => cache.get(key), close: () => cache.disconnect() };
}
