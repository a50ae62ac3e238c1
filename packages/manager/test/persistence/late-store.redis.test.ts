import { CacheError, type Reply } from '@cachefb/core';
import { RedisBackend } from '@cachefb/redis';
import { MemoryStore, type RedisServer, waitFor } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import type { CacheManager, CacheManagerConfig } from '../../src/index.js';
import { handedOver, leftBy, recovered, startProcess, startRedis } from './processes.js';

/** What a process leaves that is killed in an outage. */
async function killedInOutage(
  server: RedisServer,
  work: (cache: CacheManager) => Promise<unknown>,
): Promise<MemoryStore> {
  const store = new MemoryStore();
  const cache = await startProcess(server, { store });
  await server.kill();
  await work(cache);
  await handedOver(cache);
  const left = leftBy(store);
  await cache.disconnect();
  await server.restart();
  return left;
}

/** A process that starts while another one has its store. */
async function startWithout(
  server: RedisServer,
  store: MemoryStore,
  config: CacheManagerConfig = {},
): Promise<CacheManager> {
  store.failure = new CacheError('STORE_IN_USE', 'in use by another process');
  const cache = await startProcess(server, { store, ...config });
  expect(cache.getCurrentProvider()).toBe('redis');
  return cache;
}

function signal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function loaded(cache: CacheManager, store: MemoryStore): Promise<void> {
  store.failure = undefined;
  await waitFor(() => cache.getSyncStats().persistence?.loaded === true, { timeout: 15_000 });
  await recovered(cache);
}

describe('a store that can be loaded only after Redis was used', () => {
  it('brings nothing back that was there before a flush', async () => {
    const server = await startRedis();
    const left = await killedInOutage(server, (cache) =>
      cache.mset({ 'c:a': 'old', 'c:b': 'old' }),
    );
    const cache = await startWithout(server, left);
    expect(await cache.flushall()).toBe('OK');
    await cache.set('c:b', 'new');
    await loaded(cache, left);
    expect(await cache.keys('*')).toEqual(['c:b']);
    expect(await server.call('GET', 'c:b')).toBe('new');
    await handedOver(cache);
    await waitFor(() => [...left.entries.keys()].join() === 'c:b');
  });

  it('brings nothing back after a flush that is answered when all is read', async () => {
    const server = await startRedis();
    const left = await killedInOutage(server, (cache) => cache.set('c:a', 'old'));
    const redis = new RedisBackend(server.url);
    const { promise: answered, resolve: answer } = signal();
    const { promise: flushed, resolve: noteFlush } = signal();
    const submit = redis.submit.bind(redis);
    redis.submit = (command, receiver) => {
      if (command.name !== 'flushall') return submit(command, receiver);
      const late = (reply: Reply) => {
        noteFlush();
        void answered.then(() => receiver.answered(reply));
      };
      return submit(command, { answered: late, failed: (error) => receiver.failed(error) });
    };
    const cache = await startWithout(server, left, { redis, failoverTimeout: 20_000 });
    const flush = cache.flushall();
    await flushed;
    left.failure = undefined;
    const { promise: read, resolve: noteRead } = signal();
    const load = left.load.bind(left);
    left.load = async function* (options) {
      yield* load(options);
      noteRead();
    };
    await read;
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    answer();
    expect(await flush).toBe('OK');
    await loaded(cache, left);
    expect(await server.call('GET', 'c:a')).toBe(null);
    expect(await cache.keys('*')).toEqual([]);
  });

  it('does not repeat a flush that would take with it what was written since', async () => {
    const server = await startRedis();
    const left = await killedInOutage(server, async (cache) => {
      await cache.flushall();
      await cache.set('c:after', 'v');
    });
    const cache = await startWithout(server, left);
    await cache.set('of:no:policy', 'new');
    await loaded(cache, left);
    expect((await cache.keys('*')).sort()).toEqual(['c:after', 'of:no:policy']);
    expect(cache.getSyncStats().dropped).toBe(1);
  });

  it('repeats it where nothing was written', async () => {
    const server = await startRedis();
    await server.call('SET', 'other', 'old');
    const left = await killedInOutage(server, (cache) => cache.flushall());
    const cache = await startWithout(server, left);
    expect(await cache.get('other')).toBe('old');
    await loaded(cache, left);
    expect(await server.call('EXISTS', 'other')).toBe(0);
  });

  it('lets no copy be served that was deleted in Redis meanwhile', async () => {
    const server = await startRedis();
    await server.call('SET', 'c:k', 'v');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await first.get('c:k');
    await waitFor(() => store.entries.has('c:k'));
    const left = leftBy(store);
    await first.disconnect();
    const cache = await startWithout(server, left);
    expect(await cache.del('c:k')).toBe(1);
    await server.kill();
    await cache.get('other');
    left.failure = undefined;
    await waitFor(() => cache.getSyncStats().persistence?.loaded === true, { timeout: 15_000 });
    expect(await cache.get('c:k')).toBeNull();
  });
});
