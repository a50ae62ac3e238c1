import { CacheError, encodeKeyState, type Logger, silentLogger } from '@cachefb/core';
import { FakeClock, MemoryStore, waitFor } from '@cachefb/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { InMemoryCache, type MemoryCacheConfig } from '../src/index.js';

const KEY = 'critical:a';

/** A cache on the store, closed after the test. */
function cacheOn(store: MemoryStore, config: MemoryCacheConfig = {}): InMemoryCache {
  const cache = new InMemoryCache({
    persistCriticalData: true,
    store,
    logger: silentLogger,
    ...config,
  });
  onTestFinished(() => cache.disconnect());
  return cache;
}

/** What a process that is killed now would leave behind. */
async function restarted(
  store: MemoryStore,
  config: MemoryCacheConfig = {},
): Promise<InMemoryCache> {
  const copy = new MemoryStore(store.durability);
  for (const [key, value] of store.entries) copy.entries.set(key, Uint8Array.from(value));
  const cache = cacheOn(copy, config);
  await cache.connect();
  return cache;
}

function stored(value: string, deadline: number | null = null): Uint8Array {
  return encodeKeyState({ type: 'string', value, deadline });
}

describe('critical entries', () => {
  it('are there after a restart, with their type and their absolute expiry; others are not', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const cache = cacheOn(store, { clock });
    await cache.set('critical:text', 'v');
    await cache.set('critical:timed', 'v', 5000);
    await cache.hset('critical:hash', { a: '1', b: '2' });
    await cache.pexpire('critical:hash', 7000);
    await cache.incrby('critical:count', 41);
    await cache.set('other', 'v');
    await cache.disconnect();

    await clock.advance(1000);
    const next = cacheOn(store, { clock });
    await next.connect();
    expect(await next.get('critical:text')).toBe('v');
    expect(await next.pttl('critical:text')).toBe(-1);
    expect(await next.pttl('critical:timed')).toBe(4000);
    expect(await next.hgetall('critical:hash')).toEqual({ a: '1', b: '2' });
    expect(await next.pttl('critical:hash')).toBe(6000);
    expect(await next.incr('critical:count')).toBe(42);
    expect(await next.exists('other')).toBe(0);
    expect(next.getMetrics().persistence).toMatchObject({ loaded: true, restored: 4, failures: 0 });
  });

  it('that expired while the process was down do not come back, and leave the store', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const cache = cacheOn(store, { clock });
    await cache.set(KEY, 'v', 5000);
    await cache.disconnect();

    await clock.advance(5000);
    const next = cacheOn(store, { clock });
    expect(await next.get(KEY)).toBe(null);
    expect(next.getMetrics().persistence).toMatchObject({ restored: 0, notRestored: 1 });
    await next.disconnect();
    expect(store.entries.size).toBe(0);
  });

  it('keep the deadline that the default TTL gave them, and no deadline of their own', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const cache = cacheOn(store, { clock, defaultTTL: 1000 });
    await cache.set(KEY, 'v');
    await cache.disconnect();

    await clock.advance(400);
    const next = cacheOn(store, { clock, defaultTTL: 1000 });
    expect(await next.pttl(KEY)).toBe(600);
    expect(await next.read([KEY])).toEqual([{ type: 'string', value: 'v', deadline: null }]);
    await clock.advance(600);
    expect(await next.get(KEY)).toBe(null);
  });

  it('are stored by every command that changes them, and gone by every one that removes them', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store);
    const { sync } = cache;
    sync.set('critical:set', 'v');
    sync.mset([['critical:mset', 'v']]);
    sync.incr('critical:incr');
    sync.hset('critical:hset', 'a', '1');
    sync.hincrby('critical:hset', 'b', 2);
    sync.set('critical:persist', 'v', 10_000);
    sync.persist('critical:persist');
    for (const key of ['del', 'hdel', 'expire', 'keepTtl']) sync.hset(`critical:${key}`, 'a', '1');
    await waitFor(() => store.entries.size === 9);
    sync.del('critical:del');
    sync.hdel('critical:hdel', 'a');
    sync.pexpire('critical:expire', 0);
    sync.set('critical:keepTtl', 'v', 'PX', 1e9);
    sync.set('critical:keepTtl', 'w', 'KEEPTTL');
    await waitFor(() => store.entries.size === 6);

    const next = await restarted(store);
    expect((await next.keys('*')).sort()).toEqual((await cache.keys('*')).sort());
    expect(await next.hgetall('critical:hset')).toEqual({ a: '1', b: '2' });
    expect(await next.pttl('critical:persist')).toBe(-1);
    expect(await next.get('critical:keepTtl')).toBe('w');
    expect(await next.pttl('critical:keepTtl')).toBeGreaterThan(1e8);
  });

  it('follow what is in memory: what is evicted, expires or is flushed leaves the store', async () => {
    const store = new MemoryStore();
    const clock = new FakeClock();
    const cache = cacheOn(store, { maxSize: 2, clock, cleanupInterval: 1000 });
    await cache.mset([
      ['critical:1', 'v'],
      ['critical:2', 'v'],
      ['critical:3', 'v'],
    ]);
    await waitFor(() => store.entries.size === 2);
    expect(store.entries.has('critical:1')).toBe(false);
    await cache.pexpire('critical:2', 500);
    await clock.advance(1000);
    await waitFor(() => store.entries.size === 1);
    await cache.flushall();
    await waitFor(() => store.entries.size === 0);
  });

  it('are pending until the store has them', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store);
    await cache.connect();
    let write = () => {};
    const written = new Promise<void>((resolve) => {
      write = resolve;
    });
    const writing = vi.spyOn(store, 'write').mockReturnValue(written);
    await cache.set(KEY, 'v');
    await waitFor(() => writing.mock.calls.length === 1);
    expect(cache.getMetrics().persistence).toMatchObject({ pending: 1 });
    write();
    await waitFor(() => cache.getMetrics().persistence?.pending === 0);
  });

  it('are handed over once for each turn, however often they change', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store);
    await cache.connect();
    const write = vi.spyOn(store, 'write');
    for (let i = 0; i < 100; i++) await cache.incr(KEY);
    await cache.set('other', 'v');
    await waitFor(() => store.entries.size === 1);
    expect(write.mock.calls.map(([changes]) => changes.length)).toEqual([1]);
    expect(await (await restarted(store)).get(KEY)).toBe('100');
  });

  it('are handed over once, however often they come and go', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store);
    await cache.connect();
    const write = vi.spyOn(store, 'write');
    for (let i = 0; i < 5000; i++) {
      cache.sync.set('critical:lock', '1');
      cache.sync.del('critical:lock');
    }
    expect(cache.getMetrics().persistence).toMatchObject({ pending: 1 });
    await waitFor(() => cache.getMetrics().persistence?.pending === 0);
    expect(write.mock.calls.map(([changes]) => changes)).toEqual([
      [{ key: 'critical:lock', value: null }],
    ]);
  });

  it('are gathered for as long as the store lets them', async () => {
    const clock = new FakeClock();
    const store = Object.assign(new MemoryStore(), { gatherFor: 25 });
    const cache = cacheOn(store, { clock });
    await cache.connect();
    await cache.set(KEY, '1');
    await clock.advance(24);
    await cache.set(KEY, '2');
    expect(store.entries.size).toBe(0);
    await clock.advance(1);
    await waitFor(() => store.entries.size === 1);
    expect(store.entries.get(KEY)).toEqual(stored('2'));
    await cache.set(KEY, '3');
    await cache.disconnect();
    expect(store.entries.get(KEY)).toEqual(stored('3'));
  });

  it('may have another prefix, and leave what has none of it alone', async () => {
    const store = new MemoryStore();
    store.entries.set('critical:old', stored('v'));
    const cache = cacheOn(store, { persistKeyPrefix: 'vip:' });
    await cache.set('vip:a', 'v');
    await cache.set(KEY, 'v');
    await cache.disconnect();
    expect([...store.entries.keys()]).toEqual(['critical:old', 'vip:a']);
    expect(cache.size()).toBe(2);
  });

  it('are many batches without one long turn', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store, { maxSize: 200_000 });
    await cache.connect();
    const write = vi.spyOn(store, 'write');
    for (let i = 0; i < 150_000; i++) cache.sync.set(`critical:${i}`, 'v');
    cache.sync.set('critical:7', 'w');
    await cache.disconnect();
    expect(store.entries.size).toBe(150_000);
    expect(Math.max(...write.mock.calls.map(([changes]) => changes.length))).toBeLessThan(5000);
    const next = await restarted(store, { maxSize: 200_000 });
    expect(next.size()).toBe(150_000);
    expect(next.sync.get('critical:7')).toBe('w');
  });
});

describe('while the store is loaded', () => {
  it('promises about critical keys wait, and others do not', async () => {
    const { store, release } = slowStore({ [KEY]: stored('41') });
    const cache = cacheOn(store);
    const incremented = cache.incr(KEY);
    const keys = cache.keys('*');
    expect(await cache.set('other', 'v')).toBe('OK');
    expect(cache.sync.get(KEY)).toBe(null);
    release();
    expect(await incremented).toBe(42);
    expect((await keys).sort()).toEqual([KEY, 'other']);
  });

  it.each<[string, (cache: InMemoryCache) => Promise<unknown>[], string | null]>([
    ['a write of several keys', (c) => [c.mset('b', '1', KEY, '1'), c.set('b', '2')], '2'],
    ['a deletion of several keys', (c) => [c.set('b', '0'), c.del('b', KEY), c.incr('b')], '1'],
    ['a flush', (c) => [c.set('b', '0'), c.flushall(), c.set('b', '2')], '2'],
  ])('what comes behind %s that has to wait waits as well', async (_, send, expected) => {
    for (const durability of ['relaxed', 'strict'] as const) {
      const cache = cacheOn(new MemoryStore(durability));
      await Promise.all(send(cache));
      expect(await cache.get('b')).toBe(expected);
      await cache.connect();
      await Promise.all(send(cache));
      expect(await cache.get('b')).toBe(expected);
    }
  });

  it('what sync commands write and delete wins over what is loaded', async () => {
    const { store, release } = slowStore({
      'critical:set': stored('old'),
      'critical:deleted': stored('old'),
      'critical:untouched': stored('old'),
    });
    const cache = cacheOn(store);
    cache.sync.set('critical:set', 'new');
    expect(cache.sync.del('critical:deleted')).toBe(0);
    release();
    await cache.connect();
    expect(cache.sync.mget('critical:set', 'critical:deleted', 'critical:untouched')).toEqual([
      'new',
      null,
      'old',
    ]);
    await waitFor(() => store.entries.size === 2);
    expect(store.entries.get('critical:set')).toEqual(Buffer.from(stored('new')));
  });

  it('a flush wins over everything that is loaded', async () => {
    const { store, release } = slowStore({ [KEY]: stored('old') });
    const cache = cacheOn(store);
    cache.sync.flushall();
    cache.sync.set('critical:b', 'new');
    release();
    await cache.connect();
    expect(await cache.keys('*')).toEqual(['critical:b']);
    await waitFor(() => [...store.entries.keys()].join() === 'critical:b');
  });

  it('tells how far it is', async () => {
    const store = new MemoryStore();
    store.entries.set(KEY, stored('v'));
    const onLoadProgress = vi.fn();
    await cacheOn(store, { onLoadProgress }).connect();
    expect(onLoadProgress).toHaveBeenLastCalledWith({ done: 1, total: 1 });
  });

  it('an entry that is damaged is left out, and those around it are not', async () => {
    const store = new MemoryStore();
    store.entries.set('critical:bad', Uint8Array.of(1, 2, 3));
    store.entries.set('critical:good', stored('v'));
    const logger: Logger = { ...silentLogger, warn: vi.fn() };
    const cache = cacheOn(store, { logger });
    expect(await cache.mget('critical:bad', 'critical:good')).toEqual([null, 'v']);
    expect(cache.getMetrics().persistence).toMatchObject({ restored: 1, notRestored: 1 });
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('an entry of a newer format is not touched: nothing is loaded, and connect says why', async () => {
    const store = new MemoryStore();
    const newer = stored('v');
    newer[0] = 9;
    store.entries.set(KEY, newer);
    const cache = cacheOn(store);
    await expect(cache.connect()).rejects.toMatchObject({ code: 'NEWER_FORMAT' });
    await cache.set(KEY, 'mine');
    await cache.disconnect();
    expect(store.entries.get(KEY)).toBe(newer);
  });
});

describe('a store that fails', () => {
  const failure = new CacheError('STORE_FULL', 'no space');

  it('does not stop the cache; what it missed is written when it works again', async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const logger = { ...silentLogger, error: vi.fn(), info: vi.fn() };
    const cache = cacheOn(store, { clock, logger });
    await cache.connect();
    store.failure = failure;
    await cache.set('critical:a', '1');
    await waitFor(() => cache.getMetrics().persistence?.failures === 1);
    await cache.set('critical:b', '2');
    await clock.advance(1000);
    await waitFor(() => cache.getMetrics().persistence?.failures === 2);
    await cache.set('critical:a', '1');
    expect(await cache.get('critical:b')).toBe('2');
    expect(cache.getMetrics().persistence).toMatchObject({ pending: 2, lastError: failure });
    expect(logger.error).toHaveBeenCalledTimes(1);

    store.failure = undefined;
    await clock.advance(1000);
    await waitFor(() => store.entries.size === 2);
    expect(cache.getMetrics().persistence).toMatchObject({ pending: 0, lastError: undefined });
    expect(logger.info).toHaveBeenCalledTimes(1);
  });

  it('at the start makes connect say why; it is loaded when it works, and what came first wins', async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    store.entries.set('critical:a', stored('old'));
    store.entries.set('critical:b', stored('old'));
    store.failure = failure;
    const cache = cacheOn(store, { clock });
    await expect(cache.connect()).rejects.toBe(failure);
    await cache.set('critical:a', 'new');
    store.failure = undefined;
    await clock.advance(5000);
    await waitFor(() => cache.getMetrics().persistence?.loaded === true);
    expect(await cache.mget('critical:a', 'critical:b')).toEqual(['new', 'old']);
    await waitFor(() => cache.getMetrics().persistence?.pending === 0);
    expect(store.entries.get('critical:a')).toEqual(stored('new'));
  });

  /** One that has failed for so long that changed keys are not counted any more. */
  async function overflown() {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const cache = cacheOn(store, { clock, maxSize: 10 });
    await cache.set('critical:old', 'v');
    await waitFor(() => store.entries.size === 1);
    store.failure = failure;
    for (let i = 0; i < 140_000; i++) cache.sync.set(`critical:${i}`, 'v');
    await waitFor(() => cache.getMetrics().persistence?.failures === 1);
    return { clock, store, cache };
  }

  it('for so long that changed keys are not counted any more is written anew, and has nothing left that is gone', async () => {
    const { clock, store, cache } = await overflown();
    store.failure = undefined;
    await clock.advance(1000);
    await waitFor(() => store.entries.size === 10);
    expect([...store.entries.keys()].sort()).toEqual((await cache.keys('*')).sort());
  });

  it('for so long is looked through afterwards, while further changes are written', async () => {
    const { clock, store, cache } = await overflown();
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const load = store.load.bind(store);
    vi.spyOn(store, 'load').mockImplementation(async function* (options) {
      await gate;
      yield* load(options);
    });
    store.failure = undefined;
    await clock.advance(1000);
    await waitFor(() => store.entries.size === 11);
    await cache.set('critical:139999', 'new');
    await waitFor(() => cache.getMetrics().persistence?.pending === 0);
    expect(store.entries.get('critical:139999')).toEqual(stored('new'));
    goOn();
    await waitFor(() => store.entries.size === 10);
    expect([...store.entries.keys()].sort()).toEqual((await cache.keys('*')).sort());
  });

  it('lets disconnect end', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store);
    await cache.set(KEY, 'v');
    store.failure = failure;
    await cache.disconnect();
    expect(cache.getMetrics().persistence?.lastError).toBe(failure);
  });
});

describe('a strict store', () => {
  it('has what a promise acknowledged', async () => {
    const store = new MemoryStore('strict');
    const cache = cacheOn(store);
    await cache.set(KEY, 'v');
    expect(store.entries.size).toBe(1);
    await cache.hset('critical:h', 'a', '1');
    expect(store.entries.size).toBe(2);
    await cache.del(KEY);
    expect(store.entries.size).toBe(1);
    await cache.incr(KEY);
    await cache.flushall();
    expect(store.entries.size).toBe(0);
  });

  it('is not waited for by keys that are not critical, nor while it fails', async () => {
    const clock = new FakeClock();
    const store = new MemoryStore('strict');
    const cache = cacheOn(store, { clock });
    await cache.connect();
    const { promise, resolve } = deferred();
    const write = vi.spyOn(store, 'write').mockReturnValueOnce(promise);
    const waiting = cache.set(KEY, 'v');
    expect(await cache.set('other', 'v')).toBe('OK');
    expect(await Promise.race([waiting, cache.get('other')])).toBe('v');
    resolve();
    expect(await waiting).toBe('OK');

    write.mockRejectedValue(new CacheError('STORE_FULL', 'no space'));
    expect(await cache.set(KEY, 'w')).toBe('OK');
    expect(await cache.set(KEY, 'x')).toBe('OK');
    expect(cache.getMetrics().persistence?.failures).toBe(1);
  });
});

describe('after disconnect', () => {
  it('changes wait for connect', async () => {
    const store = new MemoryStore();
    const cache = cacheOn(store);
    await cache.set('critical:a', 'v');
    await cache.disconnect();
    await cache.disconnect();
    await cache.set('critical:b', 'v');
    await new Promise((resolve) => setImmediate(resolve));
    expect([...store.entries.keys()]).toEqual(['critical:a']);
    await cache.connect();
    await waitFor(() => store.entries.size === 2);
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A store whose load waits. */
function slowStore(entries: Record<string, Uint8Array>) {
  const { promise, resolve } = deferred();
  class SlowStore extends MemoryStore {
    override async *load() {
      await promise;
      yield* super.load();
    }
  }
  const store = new SlowStore();
  for (const [key, value] of Object.entries(entries)) store.entries.set(key, value);
  return { store, release: resolve };
}
