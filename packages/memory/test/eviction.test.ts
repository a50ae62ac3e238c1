import type { EvictionPolicy } from '@cachefb/core';
import { EVICTION_POLICY_NAMES } from '@cachefb/eviction';
import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';

describe('maxSize', () => {
  it.each(EVICTION_POLICY_NAMES.filter((name) => name !== 'none'))(
    'is never exceeded under %s',
    (evictionPolicy) => {
      const cache = new InMemoryCache({ maxSize: 10, evictionPolicy });
      for (let i = 0; i < 100; i++) {
        cache.sync.set(`k${i}`, 'v');
        cache.sync.get(`k${i % 7}`);
        expect(cache.size()).toBeLessThanOrEqual(10);
        expect(cache.sync.get(`k${i}`)).toBe('v');
      }
      expect(cache.getMetrics()).toMatchObject({ evictions: 90, itemCount: 10, evictionPolicy });
    },
  );

  it('does not bound a cache that evicts nothing', () => {
    const cache = new InMemoryCache({ maxSize: 10, evictionPolicy: 'none' });
    for (let i = 0; i < 100; i++) cache.sync.set(`k${i}`, 'v');
    expect(cache.size()).toBe(100);
  });

  it('evicts the least recently used of strings and hashes alike', () => {
    const cache = new InMemoryCache({ maxSize: 3 });
    cache.sync.set('a', 1);
    cache.sync.hset('b', 'f', 1);
    cache.sync.set('c', 1);
    cache.sync.get('a');
    cache.sync.hget('b', 'f');
    cache.sync.set('d', 1);
    expect(cache.sync.keys('*').sort()).toEqual(['a', 'b', 'd']);
  });

  it('makes no room for an entry that takes the place of one that is over', () => {
    const clock = new FakeClock();
    const cache = new InMemoryCache({ maxSize: 2, clock });
    cache.sync.set('a', 1);
    cache.sync.set('b', 1, 10);
    clock.tick(10);
    cache.sync.set('b', 2);
    expect(cache.sync.mget('a', 'b')).toEqual(['1', '2']);
  });
});

describe('a policy of one’s own', () => {
  class Newest implements EvictionPolicy {
    readonly name = 'newest';
    readonly slots: number[] = [];
    added(slot: number) {
      this.slots.push(slot);
    }
    accessed() {}
    removed(slot: number) {
      this.slots.splice(this.slots.indexOf(slot), 1);
    }
    evict() {
      return this.slots.pop() ?? -1;
    }
    clear() {
      this.slots.length = 0;
    }
    counters() {
      return { known: this.slots.length };
    }
  }

  it('is asked, and shown in the metrics', () => {
    const cache = new InMemoryCache({ maxSize: 2, evictionPolicy: new Newest() });
    for (const key of ['a', 'b', 'c']) cache.sync.set(key, 1);
    expect(cache.sync.keys('*').sort()).toEqual(['a', 'c']);
    expect(cache.getMetrics()).toMatchObject({
      evictionPolicy: 'newest',
      policyCounters: { known: 2 },
    });
  });

  it('is told off when it chooses what is not there', () => {
    const evictionPolicy = new Newest();
    evictionPolicy.evict = () => 7;
    const cache = new InMemoryCache({ maxSize: 1, evictionPolicy });
    cache.sync.set('a', 1);
    expect(() => cache.sync.set('b', 1)).toThrow(/'newest' chose slot 7/);
  });

  it('may be served by one cache only', () => {
    const evictionPolicy = new Newest();
    new InMemoryCache({ evictionPolicy });
    expect(() => new InMemoryCache({ evictionPolicy })).toThrow(/evictionPolicy/);
  });
});

describe('pinned entries', () => {
  it('are never evicted', () => {
    const cache = new InMemoryCache({ maxSize: 3 });
    cache.sync.set('pinned', 1);
    cache.pin('pinned');
    cache.pin('pinned');
    for (let i = 0; i < 10; i++) cache.sync.set(`k${i}`, 1);
    expect(cache.sync.get('pinned')).toBe('1');
    expect(cache.size()).toBe(3);
    expect(cache.getMetrics().pinned).toBe(1);
  });

  it('let a cache full of them grow, and shrink again as they are unpinned', () => {
    const cache = new InMemoryCache({ maxSize: 3 });
    for (let i = 0; i < 6; i++) {
      cache.sync.set(`k${i}`, 1);
      cache.pin(`k${i}`);
    }
    expect(cache.size()).toBe(6);
    for (let i = 0; i < 6; i++) cache.unpin(`k${i}`);
    expect(cache.size()).toBe(3);
    expect(cache.getMetrics().pinned).toBe(0);
  });

  it('expire all the same', () => {
    const clock = new FakeClock();
    const cache = new InMemoryCache({ clock });
    cache.sync.set('k', 1, 10);
    cache.pin('k');
    clock.tick(10);
    expect(cache.sync.get('k')).toBeNull();
    expect(cache.getMetrics().pinned).toBe(0);
  });

  it('are ordinary again once deleted, and pinning what is not there does nothing', () => {
    const cache = new InMemoryCache({ maxSize: 1 });
    cache.pin('k');
    cache.sync.set('k', 1);
    cache.pin('k');
    cache.sync.del('k');
    cache.sync.set('k', 1);
    cache.sync.set('other', 1);
    expect(cache.sync.exists('k')).toBe(0);
    cache.unpin('k');
    cache.unpin('other');
    cache.sync.flushall();
    expect(cache.getMetrics().pinned).toBe(0);
  });

  it('do not disturb a policy, whatever happens to them', () => {
    const step = fc.record({
      do: fc.constantFrom('set', 'get', 'del', 'pin', 'unpin', 'hset', 'flushall'),
      key: fc.nat(8).map((n) => `k${n}`),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...EVICTION_POLICY_NAMES),
        fc.array(step, { maxLength: 200, size: 'max' }),
        (evictionPolicy, steps) => {
          const cache = new InMemoryCache({ maxSize: 4, evictionPolicy });
          for (const { do: what, key } of steps) {
            if (what === 'set') cache.sync.set(key, 'v');
            else if (what === 'get') cache.sync.exists(key);
            else if (what === 'del') cache.sync.del(key);
            else if (what === 'pin') cache.pin(key);
            else if (what === 'unpin') cache.unpin(key);
            else if (what === 'flushall') cache.sync.flushall();
            else if (cache.sync.type(key) !== 'string') cache.sync.hset(key, 'f', 'v');
            const { pinned, itemCount } = cache.getMetrics();
            expect(cache.sync.keys('*').length).toBe(itemCount);
            if (evictionPolicy !== 'none') {
              expect(itemCount).toBeLessThanOrEqual(Math.max(4, pinned + 1));
            }
          }
        },
      ),
    );
  });
});
