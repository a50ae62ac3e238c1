import { silentLogger } from '@cachefb/core';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager } from '../src/index.js';

let redis: RedisServer;
const caches: CacheManager[] = [];

beforeEach(async () => {
  redis = await RedisServer.start();
});

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.disconnect()));
  await redis.close();
});

/** A process as Redis sees it. */
async function start(): Promise<CacheManager> {
  const cache = new CacheManager({
    redis: redis.url,
    failoverTimeout: 1000,
    logger: silentLogger,
  });
  caches.push(cache);
  await cache.initialize();
  return cache;
}

function isProvider(cache: CacheManager, provider: 'redis' | 'memory'): Promise<boolean> {
  return waitFor(() => cache.getCurrentProvider() === provider, { timeout: 20_000 });
}

const failing = () => Promise.reject(new Error('the database is down'));
const options = { ttl: 60_000, staleTtl: 600_000 };

describe('getOrSet over an outage', () => {
  it('loads once for all who call while Redis goes, and again once it is back', async () => {
    const cache = await start();
    let loads = 0;
    const load = async () => {
      loads++;
      await redis.kill();
      return loads;
    };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => cache.getOrSet('k', load, options)),
    );
    expect(answers).toEqual(Array(50).fill(1));
    await isProvider(cache, 'memory');
    // What could not be stored in Redis any more is in memory.
    expect(await cache.getOrSet('k', load, options)).toBe(1);
    expect(loads).toBe(1);
    await redis.restart();
    await isProvider(cache, 'redis');
    const value = await cache.getOrSet('k', () => 2, options);
    expect(await redis.call('GET', 'k')).toBe(String(value));
  });

  it('answers what was last seen while Redis and the loader fail, and only as long as both do', async () => {
    const [cache, other] = [await start(), await start()];
    await other.getOrSet('k', () => ({ by: 'other' }), options);
    // Read here, never loaded here.
    expect(await cache.getOrSet('k', failing, options)).toEqual({ by: 'other' });
    await redis.kill();
    await isProvider(cache, 'memory');
    expect(await cache.getOrSet('k', failing, options)).toEqual({ by: 'other' });
    await expect(cache.getOrSet('never seen', failing, options)).rejects.toThrow(
      'the database is down',
    );
    expect(await cache.getOrSet('k', () => ({ by: 'loader' }), options)).toEqual({ by: 'loader' });
    await redis.restart();
    await isProvider(cache, 'redis');
    expect(await cache.getOrSet('k', () => ({ by: 'loader' }), options)).toBeDefined();
  });

  it('knows nothing of what a process before it had seen', async () => {
    const before = await start();
    await before.getOrSet('k', () => 1, options);
    await before.disconnect();
    const after = await start();
    expect(await after.getOrSet('k', failing, options)).toBe(1);
    await redis.call('DEL', 'k');
    expect(await after.getOrSet('k', failing, options)).toBe(1);
    await after.disconnect();
    await expect((await start()).getOrSet('k', failing, options)).rejects.toThrow('down');
  });

  it('gives what it loaded to callers who wait while the cache is disconnected', async () => {
    const cache = await start();
    const answer = cache.getOrSet('k', async () => {
      await cache.disconnect();
      return 'loaded';
    });
    expect(await answer).toBe('loaded');
    await expect(cache.getOrSet('k', () => 1)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
