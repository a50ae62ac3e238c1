import { describe, expect, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';

describe('getMetrics', () => {
  it('starts from nothing', () => {
    expect(new InMemoryCache().getMetrics()).toEqual({
      hits: 0,
      misses: 0,
      sets: 0,
      deletes: 0,
      evictions: 0,
      totalOperations: 0,
      averageAccessTime: 0,
      memoryUsage: 0,
      itemCount: 0,
      lastCleanupTime: 0,
      hitRatio: 0,
      expirations: 0,
      pinned: 0,
      evictionPolicy: 'lru',
      policyCounters: {},
    });
  });

  it('counts hits, misses, sets, deletes and operations', async () => {
    const cache = new InMemoryCache();
    await cache.set('k', 'v');
    await cache.hset('h', { a: '1', b: '2' });
    await cache.get('k');
    await cache.get('missing');
    await cache.hget('h', 'a');
    await cache.hget('h', 'missing');
    await cache.hget('missing', 'a');
    await cache.mget('k', 'missing', 'h');
    await cache.hgetall('h');
    await cache.hlen('missing');
    await cache.del('k', 'missing');
    await cache.hdel('h', 'a', 'b');
    await cache.incr('n');
    await cache.flushall();
    expect(cache.getMetrics()).toMatchObject({
      hits: 4,
      misses: 6,
      hitRatio: 0.4,
      sets: 3,
      deletes: 3,
      totalOperations: 14,
      itemCount: 0,
      memoryUsage: 0,
    });
  });

  it('knows how long a call takes', () => {
    const cache = new InMemoryCache();
    for (let i = 0; i < 5000; i++) cache.sync.set('k', 'v');
    const { averageAccessTime } = cache.getMetrics();
    expect(averageAccessTime).toBeGreaterThan(0);
    expect(averageAccessTime).toBeLessThan(100);
  });

  it('times calls of every kind, those that fail included', () => {
    const cache = new InMemoryCache();
    cache.sync.set('k', 'v', 1000);
    cache.sync.hset('h', 'f', 'v');
    const calls = [
      () => cache.sync.set('k', 'v'),
      () => cache.sync.set('k', 'v', 5000),
      () => cache.sync.get('k'),
      () => cache.sync.get('missing'),
      () => cache.sync.hget('h', 'f'),
      () => cache.sync.incr('n'),
      () => cache.sync.del('n'),
      () => cache.sync.ttl('k'),
    ];
    for (const call of calls) for (let i = 0; i < 1030; i++) call();
    for (let i = 0; i < 1030; i++) expect(() => cache.sync.get('h')).toThrow('WRONGTYPE');
    expect(cache.getMetrics().totalOperations).toBe(2 + 9 * 1030);
  });

  it('is reset without touching what is stored', () => {
    const cache = new InMemoryCache();
    cache.sync.set('k', 'v');
    cache.sync.get('k');
    cache.resetMetrics();
    expect(cache.getMetrics()).toMatchObject({
      hits: 0,
      sets: 0,
      totalOperations: 0,
      itemCount: 1,
    });
    expect(cache.getMetrics().averageAccessTime).toBe(0);
    expect(cache.sync.get('k')).toBe('v');
    expect(cache.getMetrics()).toMatchObject({ hits: 1, totalOperations: 1 });
  });

  it('counts nothing when metrics are off, and still knows what is there', () => {
    const cache = new InMemoryCache({ enableMetrics: false });
    cache.sync.set('k', 'v');
    cache.sync.get('k');
    cache.resetMetrics();
    cache.sync.get('k');
    expect(cache.getMetrics()).toMatchObject({
      hits: 0,
      totalOperations: 0,
      averageAccessTime: 0,
      itemCount: 1,
    });
    expect(cache.getMetrics().memoryUsage).toBeGreaterThan(0);
  });
});
