import { CacheError, ConfigurationError } from '@cachefb/core';
import { MemoryStore, waitFor } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { CacheManager } from '../../src/index.js';
import {
  handedOver,
  leftBy,
  memorableLogger,
  recovered,
  startProcess,
  startRedis,
} from './processes.js';

describe('a strict store', () => {
  it('has the change before the caller is told, and none for keys that are not persisted', async () => {
    const server = await startRedis();
    const store = new MemoryStore('strict');
    let go = () => {};
    const write = store.write.bind(store);
    const cache = await startProcess(server, { store });
    await server.kill();
    await cache.get('c:a');
    store.write = async (changes) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return write(changes);
    };
    let told = 0;
    const writes = [
      cache.set('c:a', '1'),
      cache.incr('c:b'),
      cache.mset({ 'c:c': '1', other: '1' }),
      cache.del('c:d'),
    ];
    for (const each of writes) void each.then(() => told++);
    expect(await cache.set('other', '1')).toBe('OK');
    expect(await cache.get('c:a')).toBe('1');
    expect(told).toBe(0);
    await waitFor(() => {
      go();
      return told === 4;
    });
    expect(['c:a', 'c:b', 'c:c', 'c:d'].every((key) => store.entries.has(key))).toBe(true);
    expect(store.entries.has('other')).toBe(false);
  });

  it('makes nobody wait longer than failoverTimeout, which counts as a failure', async () => {
    const server = await startRedis();
    const store = new MemoryStore('strict');
    const { logger, lines } = memorableLogger();
    const cache = await startProcess(server, { store, logger, failoverTimeout: 300 });
    await server.kill();
    await cache.get('c:a');
    const write = store.write.bind(store);
    let go = () => {};
    store.write = async (changes) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return write(changes);
    };
    const before = performance.now();
    expect(await cache.set('c:a', '1')).toBe('OK');
    expect(performance.now() - before).toBeGreaterThan(250);
    expect(cache.getSyncStats().persistence).toMatchObject({
      failures: 1,
      lastError: { code: 'STORE_SLOW' },
    });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    go();
    await waitFor(() => cache.getSyncStats().persistence?.lastError === undefined);
  });
});

describe('a store that fails', () => {
  it('is logged once and counted; the cache goes on in memory, and hands over what it missed', async () => {
    const server = await startRedis();
    const store = new MemoryStore('strict');
    const { logger, lines } = memorableLogger();
    const cache = await startProcess(server, { store, logger });
    await server.kill();
    await cache.get('c:a');
    store.failure = new CacheError('STORE_FULL', 'there is no space');
    for (let i = 1; i <= 20; i++) expect(await cache.incr('c:a')).toBe(i);
    const ofStore = () => lines.filter(({ message }) => message.includes('persisted'));
    expect(ofStore().map(({ level }) => level)).toEqual(['error']);
    expect(cache.getSyncStats().persistence?.failures).toBeGreaterThanOrEqual(1);
    expect(cache.getSyncStats().persistence?.lastError).toBe(store.failure);
    store.failure = undefined;
    await handedOver(cache);
    await waitFor(() => cache.getSyncStats().persistence?.lastError === undefined);
    expect(ofStore().map(({ level }) => level)).toEqual(['error', 'info']);
    const next = await startProcess(server, { store: leftBy(store) });
    expect(await next.get('c:a')).toBe('20');
  });

  it('at the start does not keep the cache from starting, and is loaded as soon as it works', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await server.kill();
    await first.set('c:left', 'v');
    await first.set('c:written', 'old');
    await first.set('c:sent', 'old');
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    await server.restart();
    left.failure = new CacheError('STORE_IN_USE', 'in use by another process');
    const { logger, lines } = memorableLogger();
    const cache = await startProcess(server, { store: left, logger });
    expect(cache.getCurrentProvider()).toBe('redis');
    expect(cache.getSyncStats().persistence).toMatchObject({ loaded: false, failures: 1 });
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    // What is written meanwhile is newer than what is loaded later, where Redis answers as well.
    await cache.set('c:sent', 'new');
    left.failure = undefined;
    await waitFor(() => cache.getSyncStats().persistence?.loaded === true, { timeout: 15_000 });
    await recovered(cache);
    expect(await server.call('MGET', 'c:left', 'c:sent')).toEqual(['v', 'new']);
    expect(cache.getSyncStats()).toMatchObject({ dropped: 1 });
  });

  it('with entries of a newer version is left alone', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    store.entries.set('c:a', Uint8Array.of(0x42, 0));
    const cache = await startProcess(server, { store });
    expect(cache.getSyncStats().persistence?.lastError).toMatchObject({ code: 'NEWER_FORMAT' });
    await cache.set('c:b', 'v');
    await cache.disconnect();
    expect([...store.entries.keys()]).toEqual(['c:a']);
  });

  it('with entries that nobody can have written loses those only, counted and logged', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await server.kill();
    await first.set('c:good', 'v');
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    left.entries.set('c:bad', Uint8Array.of(0x41, 9));
    left.entries.set('c:foreign', Uint8Array.of(1, 1, 65));
    left.entries.set('\0flush', Uint8Array.of(1));
    const { logger, lines } = memorableLogger();
    const second = await startProcess(server, { store: left, logger });
    expect(await second.mget('c:good', 'c:bad')).toEqual(['v', null]);
    expect(second.getSyncStats().persistence).toMatchObject({ restored: 1, notRestored: 3 });
    expect(lines.filter(({ message }) => message.includes('cannot be read'))).toHaveLength(1);
  });
});

describe('what is persisted', () => {
  it('follows the policies: critical keys, those that say so, and the prefix of critical data', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const cache = await startProcess(server, {
      store,
      criticalKeys: ['c:*'],
      keyPolicies: [
        { match: 'c:not:*', persist: false },
        { match: 'p:*', persist: true },
        { match: 'critical:not:*', persist: false },
      ],
      memoryCacheConfig: { persistCriticalData: true },
    });
    await server.kill();
    const persisted = ['c:a', 'p:a', 'critical:a', 'c:\0'];
    for (const key of [...persisted, '\0c', 'c:not:a', 'critical:not:a', 'other']) {
      await cache.set(key, 'v');
    }
    await handedOver(cache);
    expect([...store.entries.keys()].sort()).toEqual(persisted.sort());
  });

  it('is reclaimed: nothing is left of what was brought back, deleted or has expired', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const cache = await startProcess(server, {
      store,
      keyPolicies: [{ match: 'p:*', persist: true, onRecovery: 'sync' }],
    });
    await cache.set('c:deleted', 'v');
    await cache.set('c:short', 'v', 60_000);
    await server.kill();
    await cache.set('c:kept', 'v');
    await cache.set('p:a', 'v');
    await cache.del('c:deleted');
    await handedOver(cache);
    expect(store.entries.size).toBe(4);
    await server.restart();
    await recovered(cache);
    await cache.del('c:short');
    await waitFor(() => [...store.entries.keys()].join() === 'c:kept');
  });

  it('is closed with the cache, which says how many changes stay behind', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const { logger, lines } = memorableLogger();
    let closed = 0;
    const close = store.close.bind(store);
    store.close = async () => {
      closed++;
      await close();
    };
    const cache = await startProcess(server, { store, logger });
    await server.kill();
    await cache.set('c:a', 'v');
    await cache.disconnect();
    expect(closed).toBe(1);
    expect(store.entries.has('c:a')).toBe(true);
    expect(lines.at(-1)?.fields).toMatchObject({ pending: 1 });
  });
});

describe('the options of persistence', () => {
  const create = (config: object) => () => new CacheManager(config);

  it('are refused where they cannot work, with what to do', () => {
    const store = new MemoryStore();
    expect(create({ memoryCacheConfig: { persistCriticalData: true } })).toThrow(
      /memoryCacheConfig.persistCriticalData.*install @cachefb\/persistence and pass store/s,
    );
    for (const config of [
      { memoryCacheConfig: { persistCriticalData: 'yes' }, store },
      { memoryCacheConfig: { persistCriticalData: true, persistKeyPrefix: 7 }, store },
      { memoryCacheConfig: { persistCriticalData: true, store: new MemoryStore() }, store },
      { store: {} },
      { store: 'here' },
      { store, onLoadProgress: 7 },
    ]) {
      expect(create(config)).toThrow(ConfigurationError);
    }
  });

  it('take the store of the cache in memory for the manager’s own', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const seen: number[] = [];
    const config = {
      memoryCacheConfig: {
        persistCriticalData: true,
        persistKeyPrefix: 'mine:',
        store,
        onLoadProgress: ({ done }: { done: number }) => seen.push(done),
      },
    };
    const cache = await startProcess(server, config);
    await server.kill();
    await cache.set('mine:a', 'v');
    await cache.disconnect();
    const next = await startProcess(server, config);
    expect(await next.get('mine:a')).toBe('v');
    expect(seen.at(-1)).toBe(1);
  });
});
