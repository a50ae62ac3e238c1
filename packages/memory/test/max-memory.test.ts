import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';

const OOM = "OOM command not allowed when used memory > 'maxmemory'.";

describe('maxMemory', () => {
  it('evicts by estimated bytes', () => {
    const cache = new InMemoryCache({ maxMemory: 100_000, maxSize: 10_000 });
    for (let i = 0; i < 1000; i++) cache.sync.set(`k${i}`, 'x'.repeat(1000));
    const { memoryUsage, itemCount } = cache.getMetrics();
    expect(memoryUsage).toBeLessThanOrEqual(100_000);
    expect(memoryUsage).toBeGreaterThan(90_000);
    expect(itemCount).toBeGreaterThan(80);
    expect(cache.sync.get('k999')).toHaveLength(1000);
    expect(cache.sync.get('k0')).toBeNull();
  });

  it('refuses a single value that is larger, and keeps the rest', () => {
    const cache = new InMemoryCache({ maxMemory: 10_000 });
    cache.sync.set('small', 'v');
    const huge = 'x'.repeat(20_000);
    expect(() => cache.sync.set('big', huge)).toThrow(/^ERR value of key "big" takes \d+ bytes/);
    expect(() => cache.sync.set('small', huge)).toThrow(/maxMemory \(10000\)/);
    expect(() => cache.sync.hset('hash', { a: 'v', b: huge })).toThrow(/maxMemory/);
    expect(() => cache.sync.mset({ a: 'v', b: huge })).toThrow(/maxMemory/);
    expect(cache.sync.keys('*')).toEqual(['small']);
    expect(cache.sync.get('small')).toBe('v');
  });

  it('leaves the TTL of an entry alone when a write to it is refused', () => {
    for (const evictionPolicy of ['lru', 'none'] as const) {
      const cache = new InMemoryCache({ maxMemory: 10_000, evictionPolicy });
      cache.sync.set('a', 'v', 60_000);
      cache.sync.set('b', 'v');
      const huge = 'x'.repeat(20_000);
      expect(() => cache.sync.set('a', huge)).toThrow(/maxMemory/);
      expect(() => cache.sync.set('a', huge, 'EX', 5)).toThrow(/maxMemory/);
      expect(() => cache.sync.set('b', huge, 5000)).toThrow(/maxMemory/);
      expect(cache.sync.ttl('a')).toBe(60);
      expect(cache.sync.ttl('b')).toBe(-1);
      expect(cache.sync.mget('a', 'b')).toEqual(['v', 'v']);
    }
  });

  it('looks only at the last value of a key that one mset names twice', () => {
    const cache = new InMemoryCache({ maxMemory: 2000, evictionPolicy: 'none' });
    cache.sync.set('b', 'old');
    expect(cache.sync.mset('a', 'x', 'b', 'x'.repeat(1850), 'b', 'new')).toBe('OK');
    expect(cache.sync.mset('a', 'x'.repeat(5000), 'a', 'y')).toBe('OK');
    expect(() => cache.sync.mset('a', 'z', 'b', 'x', 'b', 'x'.repeat(1850))).toThrow(OOM);
    expect(cache.sync.mget('a', 'b')).toEqual(['y', 'new']);
  });

  it('makes others leave when an entry grows', () => {
    const cache = new InMemoryCache({ maxMemory: 10_000 });
    for (let i = 0; i < 10; i++) cache.sync.set(`k${i}`, 'x'.repeat(500));
    cache.sync.set('k9', 'x'.repeat(5000));
    for (let i = 0; i < 30; i++) cache.sync.hset('h', `f${i}`, 'x'.repeat(100));
    expect(cache.getMetrics().memoryUsage).toBeLessThanOrEqual(10_000);
    expect(cache.sync.hlen('h')).toBe(30);
    expect(cache.sync.exists('k0')).toBe(0);
  });

  it('with none gives Redis’s error to writes that grow, and to no others', () => {
    const cache = new InMemoryCache({ maxMemory: 2000, evictionPolicy: 'none' });
    cache.sync.set('a', 'x'.repeat(800));
    cache.sync.hset('h', 'f', 'x'.repeat(300));
    expect(() => cache.sync.set('b', 'x'.repeat(800))).toThrow(OOM);
    expect(() => cache.sync.set('a', 'x'.repeat(1600))).toThrow(OOM);
    expect(() => cache.sync.hset('h', 'g', 'x'.repeat(800))).toThrow(OOM);
    expect(() => cache.sync.mset({ c: 'x'.repeat(300), d: 'x'.repeat(300) })).toThrow(OOM);
    expect(cache.sync.set('a', 'x'.repeat(700))).toBe('OK');
    expect(cache.sync.hdel('h', 'f')).toBe(1);
    expect(cache.sync.del('a')).toBe(1);
    expect(cache.sync.set('b', 'x'.repeat(800))).toBe('OK');
    expect(cache.sync.keys('*')).toEqual(['b']);
  });

  it('lets pinned entries go beyond it, and shrinks when they are unpinned', () => {
    const cache = new InMemoryCache({ maxMemory: 5000 });
    for (let i = 0; i < 10; i++) {
      cache.sync.set(`k${i}`, 'x'.repeat(800));
      cache.pin(`k${i}`);
    }
    expect(cache.size()).toBe(10);
    for (let i = 0; i < 10; i++) cache.unpin(`k${i}`);
    expect(cache.getMetrics().memoryUsage).toBeLessThanOrEqual(5000);
  });

  it('counts two bytes for characters that need them', () => {
    const one = new InMemoryCache();
    const two = new InMemoryCache();
    one.sync.set('k', 'é'.repeat(1000));
    two.sync.set('k', '한'.repeat(1000));
    expect(two.getMetrics().memoryUsage - one.getMetrics().memoryUsage).toBe(1000);
  });
});

describe('memoryUsage', () => {
  it('counts two bytes for short strings that need them, among many others', () => {
    const bytes = (text: (i: number) => string, limits: object) => {
      const cache = new InMemoryCache({ maxSize: 50_000, ...limits });
      for (let i = 0; i < 20_000; i++) cache.sync.set(`key${i}`, text(i));
      return cache.getMetrics().memoryUsage;
    };
    const every = (n: number) => (i: number) => (i % n === 0 ? '한' : 'x').repeat(100);
    for (const n of [1, 2, 4, 10]) {
      const exact = bytes(every(n), { maxMemory: 2 ** 40 });
      expect(bytes(every(n), {}) / exact).toBeCloseTo(1, 1);
    }
  });

  it('is that of a cache freshly filled with the same, whatever happened before', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const value = fc.string({ maxLength: 40 });
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key: name, value }),
      fc.record({ do: fc.constant('hset' as const), key: name, field: name, value }),
      fc.record({ do: fc.constant('hdel' as const), key: name, fields: fc.array(name) }),
      fc.record({ do: fc.constant('del' as const), key: name }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = new InMemoryCache();
        for (const one of steps) {
          const type = cache.sync.type(one.key);
          if (one.do === 'set') cache.sync.set(one.key, one.value);
          else if (one.do === 'del') cache.sync.del(one.key);
          else if (type === 'string') continue;
          else if (one.do === 'hset') cache.sync.hset(one.key, one.field, one.value);
          else if (one.fields.length > 0) cache.sync.hdel(one.key, one.fields);
        }
        const fresh = new InMemoryCache();
        for (const key of cache.sync.keys('*')) {
          if (cache.sync.type(key) === 'hash') fresh.sync.hset(key, cache.sync.hgetall(key));
          else fresh.sync.set(key, cache.sync.get(key) ?? '');
        }
        expect(cache.getMetrics().memoryUsage).toBe(fresh.getMetrics().memoryUsage);
        cache.sync.del('a', 'b', 'c');
        expect(cache.getMetrics().memoryUsage).toBe(0);
      }),
    );
  });
});
