import { RedisServer } from '@cachefb/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cacheOperation,
  disconnectRedis,
  getCacheHealthStatus,
  getCacheManager,
  getConnectionStatus,
  getCurrentCacheProvider,
  getMemoryCacheMetrics,
  getRedisClient,
  healthCheck,
  logger,
  safeRedisOperation,
  switchToMemoryCache,
  switchToRedis,
} from '../src/index.js';

let server: RedisServer;

beforeAll(async () => {
  logger.level = 'silent';
  server = await RedisServer.start({ persistence: false });
  process.env.REDIS_URL = server.url;
});

beforeEach(() => server.call('FLUSHALL'));

afterEach(disconnectRedis);

afterAll(async () => {
  delete process.env.REDIS_URL;
  logger.level = 'info';
  await server.close();
});

/** Code as an application has it, written for a client of Redis. */
async function oldCode(redis: Awaited<ReturnType<typeof getRedisClient>>): Promise<unknown[]> {
  await redis.set('token:1', 'abc', 'EX', 60);
  await redis.set('greeting', 'hello');
  return [
    await redis.get('token:1'),
    await redis.ttl('token:1'),
    await redis.incr('hits'),
    await redis.incr('hits'),
    await redis.expire('hits', 30),
    await redis.mget('greeting', 'missing'),
    await redis.mget(['greeting', 'missing']),
    await redis.del('greeting'),
    await redis.get('greeting'),
  ];
}

const ANSWERS = ['abc', 60, 1, 2, 1, ['hello', null], ['hello', null], 1, null];

describe('code written for a client', () => {
  it('runs on with what getRedisClient answers', async () => {
    expect(await oldCode(await getRedisClient())).toEqual(ANSWERS);
    expect(await server.call('GET', 'token:1')).toBe('abc');
  });

  it('runs on with what getCacheManager answers, and in memory', async () => {
    const cache = await getCacheManager();
    expect(await oldCode(cache)).toEqual(ANSWERS);
    await cache.flushall();
    cache.switchToMemoryCache();
    expect(await oldCode(cache)).toEqual(ANSWERS);
  });
});

describe('the helpers', () => {
  it('keep one manager a process, whichever asks first', async () => {
    const [first, second, client] = await Promise.all([
      getCacheManager(),
      getCacheManager(),
      getRedisClient(),
    ]);
    expect(second).toBe(first);
    expect(client).toBe(first);
  });

  it('answer the fallback value where the operation rejects, if one is given', async () => {
    await cacheOperation((cache) => cache.set('k', 'v'));
    expect(await cacheOperation((cache) => cache.get('k'), 'none')).toBe('v');
    expect(await safeRedisOperation((client) => client.get('k'))).toBe('v');
    const wrong = () => Promise.reject(new Error('mine'));
    expect(await cacheOperation(wrong, 'none')).toBe('none');
    expect(await safeRedisOperation(wrong, null)).toBeNull();
    await expect(cacheOperation(wrong)).rejects.toThrow('mine');
    await expect(safeRedisOperation(wrong)).rejects.toThrow('mine');
  });

  it('tell and change who answers', async () => {
    expect(getConnectionStatus()).toBe('end');
    expect(await getCurrentCacheProvider()).toBe('redis');
    expect(getConnectionStatus()).toBe('ready');
    expect(await healthCheck()).toBe(true);
    expect(await getCacheHealthStatus()).toMatchObject({ provider: 'redis', isHealthy: true });
    await switchToMemoryCache();
    expect(await getCurrentCacheProvider()).toBe('memory');
    expect(await getMemoryCacheMetrics()).toMatchObject({ itemCount: 0 });
    expect(await switchToRedis()).toBe(true);
    expect(await getCurrentCacheProvider()).toBe('redis');
  });

  it('refuse an unknown instance by name, and keep nothing of it', async () => {
    await expect(getRedisClient('sessions')).rejects.toThrow(/default.*sessions/s);
    await expect(getRedisClient('sessions')).rejects.toThrow(/default.*sessions/s);
  });

  it('make a new manager after disconnectRedis', async () => {
    const first = await getCacheManager();
    await disconnectRedis();
    await expect(first.get('k')).rejects.toThrow('disconnected');
    const second = await getCacheManager();
    expect(second).not.toBe(first);
    expect(await second.get('k')).toBeNull();
  });
});
