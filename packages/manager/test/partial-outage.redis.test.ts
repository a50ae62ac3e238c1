import { type RawRedis, RedisServer, sleep, TcpProxy, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager, type ManagerEvents } from '../src/index.js';

const failoverTimeout = 600;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let server: RedisServer;
let proxy: TcpProxy;
let other: RawRedis;
let cache: CacheManager;
let failovers: ManagerEvents['failover'][];

beforeEach(async () => {
  server = await RedisServer.start({ persistence: true });
  proxy = await TcpProxy.start({ target: server });
  other = await server.connect();
  cache = new CacheManager({
    redis: proxy.url,
    criticalKeys: ['session:*'],
    failoverTimeout,
    healthCheckInterval: 500,
    logger: quiet,
  });
  failovers = [];
  cache.on('failover', (failover) => failovers.push(failover));
  await cache.initialize();
});

afterEach(async () => {
  await cache.disconnect();
  other.close();
  await proxy.close();
  await server.close();
});

async function fillUp(): Promise<void> {
  await other.call('CONFIG', 'SET', 'maxmemory', '1');
  await cache.set('trigger', 'x');
  expect(failovers).toMatchObject([{ reason: 'writes-refused' }]);
}

async function isBack(): Promise<void> {
  await other.call('CONFIG', 'SET', 'maxmemory', '0');
  await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 15_000 });
}

describe('while Redis refuses writes and answers reads', () => {
  it('what it still carries out counts in memory as well, be it of a key that memory has taken over', async () => {
    await cache.hset('session:cart', { a: '1', b: '2', c: '3' });
    await cache.expire('session:cart', 100);
    await waitFor(() => cache.getMemoryCacheMetrics().itemCount > 0);
    await other.call('CONFIG', 'SET', 'maxmemory', '1');
    // Sent together: the first is refused, the others are not.
    const replies = [
      cache.hset('session:cart', 'a', 'new'),
      cache.hdel('session:cart', 'b', 'c'),
      cache.persist('session:cart'),
    ];
    expect(await Promise.all(replies)).toEqual([0, 2, 1]);
    expect(failovers).toHaveLength(1);
    expect(await cache.hgetall('session:cart')).toEqual({ a: 'new' });
    expect(await cache.ttl('session:cart')).toBe(-1);
    expect(await cache.hset('session:cart', 'b', 'again')).toBe(1);
    await isBack();
    expect(await cache.hgetall('session:cart')).toEqual({ a: 'new', b: 'again' });
    expect(await other.call('TTL', 'session:cart')).toBe(-1);
    expect(cache.getSyncStats()).toMatchObject({ conflicts: 0, pending: 0 });
  });

  it('reads go on from Redis, and writes go on from what Redis holds', async () => {
    await other.call('MSET', 'page', 'of Redis', 'hits', '41');
    await other.call('HSET', 'cart', 'a', '1', 'b', '2');
    await fillUp();
    expect(await cache.get('page')).toBe('of Redis');
    expect(await cache.incr('hits')).toBe(42);
    expect(await cache.hset('cart', 'b', '3')).toBe(0);
    expect(await cache.hgetall('cart')).toEqual({ a: '1', b: '3' });
    expect(await cache.mget('page', 'hits', 'none')).toEqual(['of Redis', '42', null]);
    expect(await cache.del('page', 'none')).toBe(1);
    expect(await cache.get('page')).toBeNull();
    expect(await other.call('GET', 'page')).toBe('of Redis');
    await isBack();
    expect(await other.call('MGET', 'page', 'hits')).toEqual([null, '42']);
    expect(failovers).toHaveLength(1);
  });

  it('a write that changes nothing leaves nothing behind to be served by a later outage', async () => {
    await other.call('SET', 'page', 'old');
    await fillUp();
    expect(await cache.set('page', 'mine', 'NX')).toBeNull();
    await isBack();
    await other.call('SET', 'page', 'new');
    expect(await cache.get('page')).toBe('new');
    await server.kill();
    await waitFor(() => cache.getCurrentProvider() === 'memory');
    expect(await cache.get('page')).toBeNull();
  });

  it('what somebody deletes is not served when nothing is answered any more', async () => {
    await cache.set('session:1', 'a');
    const before = cache.getMemoryCacheMetrics().itemCount;
    await fillUp();
    await other.call('DEL', 'session:1');
    // The key that filled it up is there; the copy of the session has gone.
    await waitFor(() => cache.getMemoryCacheMetrics().itemCount === before);
    await server.kill();
    expect(await cache.get('session:1')).toBeNull();
  });

  it('nothing more is asked of it once it refuses reads as well', async () => {
    await other.call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await other.call('REPLICAOF', '127.0.0.1', '1');
    await cache.set('trigger', 'x');
    await cache.get('page');
    const refused = async () => {
      const stats = String(await other.call('INFO', 'commandstats'));
      return /cmdstat_get:.*rejected_calls=(\d+)/.exec(stats)?.[1];
    };
    const before = await refused();
    for (let i = 0; i < 100; i++) expect(await cache.get(`page:${i}`)).toBeNull();
    expect(await refused()).toBe(before);
    await other.call('REPLICAOF', 'NO', 'ONE');
    await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 15_000 });
    expect(await other.call('GET', 'trigger')).toBeNull();
  });

  it('a caller waits once, not for the refusal and then for what Redis holds', async () => {
    proxy.delay(400);
    await other.call('CONFIG', 'SET', 'maxmemory', '1');
    const start = performance.now();
    expect(await cache.set('page', 'mine')).toBe('OK');
    expect(performance.now() - start).toBeLessThan(failoverTimeout + 100);
    expect(await cache.get('page')).toBe('mine');
    await proxy.heal();
    await isBack();
  });
});

describe('a server that comes back empty', () => {
  it('is not asked for what it lost before it has it again, not even if nobody wrote meanwhile', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `session:${i}`);
    await cache.mset(names.map((name) => [name, 'kept'] as [string, string]));
    await waitFor(() => cache.getMemoryCacheMetrics().itemCount === names.length);
    await server.kill();
    await waitFor(() => cache.getCurrentProvider() === 'memory');
    await server.restart({ empty: true });
    do {
      expect(new Set(await cache.mget(names))).toEqual(new Set(['kept']));
      for (const name of names.slice(0, 20)) expect(await cache.get(name)).toBe('kept');
      await sleep(1);
    } while (cache.getCurrentProvider() === 'memory');
    other = await server.connect();
    expect(new Set((await other.call('MGET', ...names)) as string[])).toEqual(new Set(['kept']));
  });
});

describe('a long way to Redis', () => {
  it('is not gone several times by one caller, whatever a command takes on a new server', async () => {
    await cache.set('session:1', 'a');
    await cache.hset('session:2', { a: '1', b: '2' });
    proxy.delay(400);
    for (const one of [() => cache.del('session:1'), () => cache.hdel('session:2', 'a')]) {
      const start = performance.now();
      expect(await one()).toBe(1);
      expect(performance.now() - start).toBeLessThan(failoverTimeout + 100);
    }
    await proxy.heal();
    await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 15_000 });
    await waitFor(async () => (await other.call('EXISTS', 'session:1')) === 0);
    expect(await other.call('HGETALL', 'session:2')).toEqual(['b', '2']);
  });
});

describe('a fault during the sync', () => {
  it('takes nothing away of what was just being brought back', async () => {
    const fields = { a: '1', b: '2' };
    const names = Array.from({ length: 500 }, (_, i) => `session:${i}`);
    await Promise.all(names.map((name) => cache.hset(name, fields)));
    await waitFor(() => cache.getMemoryCacheMetrics().itemCount === names.length);
    await proxy.refuse();
    await waitFor(() => cache.getCurrentProvider() === 'memory');
    await Promise.all(names.map((name) => cache.hset(name, 'b', '3')));
    const begun = new Promise<void>((resolve) => {
      cache.once('sync:progress', () => {
        proxy.blackHole();
        resolve();
      });
    });
    await proxy.heal();
    await begun;
    const seen = await Promise.all(names.map((name) => cache.hgetall(name)));
    for (const hash of seen) expect(hash).toEqual({ a: '1', b: '3' });
    await proxy.heal();
    await waitFor(() => cache.getCurrentProvider() === 'redis', { timeout: 15_000 });
    expect(await other.call('HGET', 'session:499', 'b')).toBe('3');
  });
});
