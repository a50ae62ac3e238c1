import { type CacheBackend, CacheUnavailableError, type KeyState } from '@cachefb/core';
import { HealthMonitor } from '@cachefb/health';
import { InMemoryCache } from '@cachefb/memory';
import { NodeRedisBackend } from '@cachefb/node-redis';
import { RedisBackend } from '@cachefb/redis';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CacheManager, defineRedisInstances, FailoverCache } from '../src/index.js';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let server: RedisServer;
let opened: { disconnect(): unknown }[] = [];

beforeAll(async () => {
  server = await RedisServer.start({ persistence: false });
});

afterEach(async () => {
  for (const cache of opened) await cache.disconnect();
  opened = [];
  await server.call('FLUSHALL');
});

afterAll(() => server.close());

function keep<T extends { disconnect(): unknown }>(cache: T): T {
  opened.push(cache);
  return cache;
}

describe('a manager', () => {
  it('takes the options of a client that the application has, and leaves the client alone', async () => {
    const client = keep(new Redis(server.url, { keyPrefix: 'app:', db: 2 }));
    await client.set('mine', '1');
    const cache = keep(new CacheManager({ redis: client, logger: quiet }));
    await cache.initialize();
    expect(await cache.get('mine')).toBe('1');
    expect(await cache.keys('*')).toEqual(['mine']);
    await cache.set('ours', '2');
    await cache.disconnect();
    expect(client.status).toBe('ready');
    expect(await client.get('ours')).toBe('2');
  });

  it('takes options of ioredis', async () => {
    const cache = keep(
      new CacheManager({ redis: { host: server.host, port: server.port, db: 3 }, logger: quiet }),
    );
    await cache.initialize();
    expect(cache.getCurrentProvider()).toBe('redis');
  });

  it('takes the Redis of node-redis, with the options of a client, and leaves the client alone', async () => {
    const client = createClient({ url: `${server.url}/2` });
    await client.connect();
    const cache = keep(new CacheManager({ redis: new NodeRedisBackend(client), logger: quiet }));
    await cache.initialize();
    await cache.set('ours', '2');
    expect(cache.getCurrentProvider()).toBe('redis');
    await cache.disconnect();
    expect(await client.get('ours')).toBe('2');
    await client.close();
  });

  it('takes a named instance of an environment', async () => {
    defineRedisInstances({ sessions: { staging: `${server.url}/4` } });
    const cache = keep(
      new CacheManager({
        redisInstanceName: 'sessions',
        redisEnvironment: 'staging',
        logger: quiet,
      }),
    );
    await cache.initialize();
    await cache.set('k', 'v');
    expect(cache.getCurrentProvider()).toBe('redis');
    expect(() => new CacheManager({ redisInstanceName: 'none' })).toThrow(/sessions/);
    defineRedisInstances(undefined);
  });

  it('ends with the block that uses it', async () => {
    const cache = new CacheManager({ redis: server.url, logger: quiet });
    await cache.initialize();
    await cache[Symbol.asyncDispose]();
    await expect(cache.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

/** What the port asks for and nothing more, over a cache that can be taken away. */
class Plain {
  readonly inner = new InMemoryCache();
  away = false;

  backend(): CacheBackend {
    const proxy = new Proxy(this.inner, {
      get: (target, name) => {
        if (name === 'execute' || name === 'pin' || name === 'unpin') return undefined;
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (this.away) return Promise.reject(new CacheUnavailableError('taken away'));
          return (value as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    return proxy as unknown as CacheBackend;
  }
}

describe('a cache made of parts', () => {
  it('needs nothing but the port: any two backends will do', async () => {
    const primary = new Plain();
    const fallback = new Plain();
    const backend = primary.backend();
    const health = new HealthMonitor({
      probe: () => backend.ping(),
      healthCheckInterval: 20,
      timeout: 200,
    });
    const cache = keep(
      new FailoverCache({
        primary: backend,
        fallback: fallback.backend(),
        health,
        criticalKeys: ['*'],
      }),
    );
    await cache.initialize();
    await cache.set('k', 'v0', 60_000);
    await cache.hset('h', { a: 1, b: 2 });
    // Of a hash a copy is made by reading it whole.
    await waitFor(() => fallback.inner.sync.exists('h') === 1);
    primary.away = true;
    expect(await cache.incrby('n', 5)).toBe(5);
    expect(cache.getCurrentProvider()).toBe('memory');
    expect(await cache.set('k', 'v1', { keepTtl: true, xx: true })).toBe('OK');
    expect(await cache.hincrby('h', 'a', 10)).toBe(11);
    expect(await cache.mget('k', 'n', 'none')).toEqual(['v1', '5', null]);
    primary.away = false;
    await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 10_000 });
    expect(primary.inner.sync.mget('k', 'n')).toEqual(['v1', '5']);
    expect(primary.inner.sync.pttl('k')).toBeGreaterThan(0);
    expect(primary.inner.sync.hgetall('h')).toEqual({ a: '11', b: '2' });
  });

  it('may have a Redis behind a Redis', async () => {
    await using second = await RedisServer.start({ persistence: false });
    await using first = await RedisServer.start();
    const cache = keep(
      new FailoverCache({
        primary: new RedisBackend(first.url, { timeout: 500 }),
        fallback: new RedisBackend(second.url, { timeout: 500 }),
        criticalKeys: ['*'],
        failoverTimeout: 500,
      }),
    );
    await cache.initialize();
    await cache.set('k', 'v');
    await first.kill();
    await waitFor(() => cache.getCurrentProvider() === 'memory', { timeout: 10_000 });
    expect(await cache.set('k', 'w')).toBe('OK');
    expect(await second.call('GET', 'k')).toBe('w');
    await first.restart();
    await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 15_000 });
    expect(await first.call('GET', 'k')).toBe('w');
  });

  it('may be the fallback of another one', async () => {
    const inner = new FailoverCache({
      primary: new InMemoryCache(),
      fallback: new InMemoryCache(),
    });
    const primary = new Plain();
    const cache = keep(
      new FailoverCache({ primary: primary.backend(), fallback: inner, healthCheckInterval: 20 }),
    );
    await inner.initialize();
    await cache.initialize();
    primary.away = true;
    await cache.set('k', 'v');
    expect(await cache.get('k')).toBe('v');
    const [state] = (await inner.read(['k'])) as [KeyState];
    expect(state).toMatchObject({ type: 'string', value: 'v' });
  });
});
