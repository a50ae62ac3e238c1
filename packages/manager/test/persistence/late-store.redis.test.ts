import { CacheError } from '@cachefb/core';
import { MemoryStore, type RedisServer, waitFor } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import type { CacheManager } from '../../src/index.js';
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
async function startWithout(server: RedisServer, store: MemoryStore): Promise<CacheManager> {
  store.failure = new CacheError('STORE_IN_USE', 'in use by another process');
  const cache = await startProcess(server, { store });
  expect(cache.getCurrentProvider()).toBe('redis');
  return cache;
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
