import { type Clock, systemClock } from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it, vi } from 'vitest';
import { CoarseClock } from '../src/coarse-clock.js';
import { InMemoryCache, type MemoryCacheConfig } from '../src/index.js';

function make(config: MemoryCacheConfig = {}) {
  const clock = new FakeClock();
  return { clock, cache: new InMemoryCache({ clock, ...config }) };
}

describe('expiry', () => {
  it('is exact on access, without a sweep', () => {
    const { clock, cache } = make({ cleanupInterval: 0 });
    cache.sync.set('k', 'v', 100);
    clock.stall(99);
    expect(cache.sync.get('k')).toBe('v');
    clock.stall(1);
    expect(cache.sync.get('k')).toBeNull();
    expect(cache.size()).toBe(0);
    expect(cache.getMetrics().expirations).toBe(1);
  });

  it('is not frozen by synchronous work on the time of the machine', () => {
    const cache = new InMemoryCache();
    cache.sync.set('k', 'v', 20);
    for (let i = 0; i < 10; i++) cache.sync.get('k');
    const start = performance.now();
    while (performance.now() - start < 25);
    expect(cache.sync.get('k')).toBeNull();
  });

  it('sweeps what nobody asks for, in steps, with room for others between them', () => {
    const { clock, cache } = make({ maxSize: 5000, cleanupInterval: 1000 });
    for (let i = 0; i < 2000; i++) cache.sync.set(`k${i}`, 'v', 10);
    cache.sync.set('stays', 'v');
    expect(cache.getMetrics().lastCleanupTime).toBe(0);
    clock.tick(1000);
    expect(cache.size()).toBe(1801);
    expect(cache.getMetrics().lastCleanupTime).toBe(0);
    clock.tick(10);
    expect(cache.size()).toBe(1);
    expect(cache.getMetrics()).toMatchObject({ expirations: 2000, itemCount: 1 });
    expect(cache.getMetrics().lastCleanupTime).toBeGreaterThan(clock.now() - 10);
  });

  it('sweeps again after the interval', () => {
    const { clock, cache } = make({ cleanupInterval: 1000 });
    clock.tick(1000);
    cache.sync.set('k', 'v', 10);
    clock.tick(1000);
    expect(cache.size()).toBe(0);
  });

  it('does not show expired keys to keys, scan, exists or type', async () => {
    const { clock, cache } = make({ cleanupInterval: 0 });
    cache.sync.mset({ a: '1', b: '2' });
    cache.sync.pexpire('a', 10);
    clock.stall(10);
    expect(cache.sync.keys('*')).toEqual(['b']);
    expect([...cache.sync.scan()]).toEqual(['b']);
    for await (const key of cache.scan()) expect(key).toBe('b');
    expect(cache.sync.exists('a', 'b')).toBe(1);
    expect(cache.sync.type('a')).toBe('none');
  });

  it('has no timer left after disconnect, and sweeps again after connect', async () => {
    const { clock, cache } = make({ cleanupInterval: 1000 });
    cache.sync.set('k', 'v', 10);
    await cache.disconnect();
    await cache.disconnect();
    expect(clock.pending).toBe(0);
    clock.tick(5000);
    expect(cache.size()).toBe(1);
    expect(cache.sync.get('k')).toBeNull();
    cache.sync.set('k', 'v', 10);
    await cache.connect();
    await cache.connect();
    expect(clock.pending).toBe(1);
    clock.tick(1000);
    expect(cache.size()).toBe(0);
  });

  it('takes no timer at all without a cleanup interval', () => {
    expect(make({ cleanupInterval: 0 }).clock.pending).toBe(0);
  });

  it('rounds ttl as Redis does', () => {
    const { clock, cache } = make();
    cache.sync.set('k', 'v', 1500);
    expect(cache.sync.ttl('k')).toBe(2);
    clock.tick(1);
    expect(cache.sync.ttl('k')).toBe(1);
    clock.tick(1000);
    expect(cache.sync.ttl('k')).toBe(0);
    expect(cache.sync.pttl('k')).toBe(499);
  });
});

describe('defaultTTL', () => {
  it('bounds entries written without a TTL, as ttl answers', () => {
    const { clock, cache } = make({ defaultTTL: 10_000 });
    cache.sync.set('s', 'v');
    cache.sync.hset('h', 'f', 'v');
    expect(cache.sync.ttl('s')).toBe(10);
    expect(cache.sync.pttl('h')).toBe(10_000);
    clock.tick(10_000);
    expect(cache.sync.exists('s', 'h')).toBe(0);
  });

  it('leaves entries with a TTL of their own alone', () => {
    const { cache } = make({ defaultTTL: 10_000 });
    cache.sync.set('k', 'v', 60_000);
    expect(cache.sync.ttl('k')).toBe(60);
    cache.sync.incr('n');
    cache.sync.expire('n', 60, 'NX');
    expect(cache.sync.ttl('n')).toBe(60);
  });

  it('counts from the last write that clears the TTL', () => {
    const { clock, cache } = make({ defaultTTL: 10_000 });
    cache.sync.incr('n');
    clock.tick(4000);
    cache.sync.incr('n');
    expect(cache.sync.pttl('n')).toBe(6000);
    cache.sync.set('n', 5);
    expect(cache.sync.pttl('n')).toBe(10_000);
  });

  it('is no TTL that persist could remove, and starts where persist removes one', () => {
    const { cache } = make({ defaultTTL: 10_000 });
    cache.sync.set('k', 'v');
    expect(cache.sync.persist('k')).toBe(0);
    cache.sync.expire('k', 60);
    expect(cache.sync.persist('k')).toBe(1);
    expect(cache.sync.ttl('k')).toBe(10);
  });

  it('is not part of what read answers', async () => {
    const { cache, clock } = make({ defaultTTL: 10_000 });
    cache.sync.set('k', 'v');
    cache.sync.set('t', 'v', 50);
    expect(await cache.read(['k', 't'])).toEqual([
      { type: 'string', value: 'v', deadline: null },
      { type: 'string', value: 'v', deadline: clock.now() + 50 },
    ]);
  });

  it('does not apply to pinned entries, and does again once they are unpinned', () => {
    const { clock, cache } = make({ defaultTTL: 10_000 });
    cache.sync.set('k', 'v');
    cache.pin('k');
    expect(cache.sync.ttl('k')).toBe(-1);
    cache.sync.set('k', 'w');
    expect(cache.sync.ttl('k')).toBe(-1);
    clock.tick(60_000);
    cache.unpin('k');
    expect(cache.sync.ttl('k')).toBe(10);
  });
});

describe('CoarseClock', () => {
  function machine(): { clock: Clock; advance(ms: number): void; reads(): number } {
    let now = 1000;
    const read = vi.spyOn(systemClock, 'now').mockImplementation(() => now);
    vi.spyOn(systemClock, 'after').mockReturnValue(1);
    return {
      clock: systemClock,
      advance: (ms) => {
        now += ms;
      },
      reads: () => read.mock.calls.length,
    };
  }

  it('reads the time once for many checks of deadlines that are far away', () => {
    const { clock, reads } = machine();
    const coarse = new CoarseClock(clock);
    for (let i = 0; i < 60; i++) expect(coarse.isPast(1_000_000)).toBe(false);
    expect(reads()).toBe(1);
    coarse.outdate();
    for (let i = 0; i < 60; i++) expect(coarse.isPast(1_000_000)).toBe(false);
    expect(reads()).toBe(2);
    vi.restoreAllMocks();
  });

  it('does not freeze in code that never lets the event loop turn', () => {
    const { advance } = machine();
    const cache = new InMemoryCache();
    cache.sync.set('k', 'v', 60_000);
    cache.sync.get('k');
    advance(60_000);
    for (let i = 0; i < 128; i++) cache.sync.exists('other');
    expect(cache.sync.get('k')).toBeNull();
    vi.restoreAllMocks();
  });

  it('is exact for deadlines that are near, whatever the last reading was', () => {
    const { clock, advance } = machine();
    const coarse = new CoarseClock(clock);
    expect(coarse.isPast(2000)).toBe(false);
    advance(1000);
    expect(coarse.isPast(2000)).toBe(true);
    vi.restoreAllMocks();
  });

  it('reads a clock that is not the machine’s every time', () => {
    const clock = new FakeClock(1000);
    const coarse = new CoarseClock(clock);
    expect(coarse.isPast(1_000_000)).toBe(false);
    clock.stall(999_000);
    expect(coarse.isPast(1_000_000)).toBe(true);
    coarse.stop();
    expect(clock.pending).toBe(0);
  });

  it('renews its reading by a timer that stop ends', async () => {
    const coarse = new CoarseClock(systemClock);
    const after = vi.spyOn(systemClock, 'after');
    const clear = vi.spyOn(systemClock, 'clear');
    coarse.isPast(Number.MAX_SAFE_INTEGER);
    coarse.isPast(Number.MAX_SAFE_INTEGER);
    expect(after).toHaveBeenCalledTimes(1);
    after.mock.calls[0]?.[1]();
    coarse.isPast(Number.MAX_SAFE_INTEGER);
    expect(after).toHaveBeenCalledTimes(2);
    coarse.stop();
    coarse.stop();
    expect(clear).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });
});
