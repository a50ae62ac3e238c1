import { RedisServer, sleep, waitFor } from '@cachefb/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { CacheManager, type ManagerEvents } from '../src/index.js';
import { BACKENDS } from './support/backends.js';
import { Ledger } from './support/ledger.js';

const failoverTimeout = 1000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let server: RedisServer;
let cache: CacheManager;

afterEach(async () => {
  await cache.disconnect();
  await server.close();
});

async function isProvider(provider: 'redis' | 'memory', timeout = 15_000): Promise<void> {
  await waitFor(() => cache.getCurrentProvider() === provider, {
    timeout,
    message: `the provider becomes ${provider}`,
  });
}

describe.each(BACKENDS)('over %s', (_client, redisAt) => {
  function create(): CacheManager {
    return new CacheManager({
      redis: redisAt(server.url, failoverTimeout),
      criticalKeys: ['session:*'],
      failoverTimeout,
      memoryCacheConfig: { maxSize: 10_000 },
      logger: quiet,
    });
  }

  describe('an outage under 50 callers', () => {
    for (const empty of [false, true]) {
      it(`loses nothing when Redis is killed and comes back ${empty ? 'empty' : 'with its data'}`, async () => {
        server = await RedisServer.start({ persistence: true });
        cache = create();
        await cache.initialize();
        expect(cache.getCurrentProvider()).toBe('redis');
        const recoveries: ManagerEvents['recovery'][] = [];
        cache.on('recovery', (recovery) => recoveries.push(recovery));
        const ledger = new Ledger(cache);
        ledger.start(50);
        await sleep(1000);
        const known = ledger.values.get('session:7')?.value;
        await server.kill();
        await isProvider('memory');
        expect(await cache.get('session:7')).not.toBeNull();
        expect(known).toBeDefined();
        await sleep(4000);
        await server.restart({ empty });
        await isProvider('redis');
        await sleep(500);
        await ledger.stop();
        ledger.expectServed(failoverTimeout);
        await ledger.expectKept(server);
        expect(cache.getSyncStats()).toMatchObject({
          pending: 0,
          dropped: 0,
          syncInProgress: false,
        });
        expect(recoveries).toHaveLength(1);
        expect(ledger.calls).toBeGreaterThan(1000);
      });
    }

    it('serves from memory when Redis is down at the start, and brings everything into it', async () => {
      server = await RedisServer.start({ persistence: true });
      await server.kill();
      cache = create();
      const start = performance.now();
      await cache.initialize();
      expect(performance.now() - start).toBeLessThan(failoverTimeout + 100);
      expect(cache.getCurrentProvider()).toBe('memory');
      const ledger = new Ledger(cache);
      ledger.start(50);
      await sleep(4000);
      await server.restart();
      await isProvider('redis');
      await sleep(300);
      await ledger.stop();
      ledger.expectServed(failoverTimeout);
      await ledger.expectKept(server);
    });
  });

  describe('a server that comes back empty', () => {
    it('gets back whole keys of which only a part was touched meanwhile, each with its TTL', async () => {
      server = await RedisServer.start();
      cache = create();
      await cache.initialize();
      await cache.set('session:touched', 'v', 60_000);
      await cache.set('session:count', 5, 60_000);
      await cache.hset('session:hash', { untouched: 'a', changed: 'b', removed: 'c' });
      await cache.pexpire('session:hash', 60_000);
      // A hash is copied as a whole, by a read of its own.
      await waitFor(() => cache.getMemoryCacheMetrics().itemCount === 3);
      await server.kill();
      await cache.pexpire('session:touched', 90_000);
      await cache.incr('session:count');
      await cache.hset('session:hash', 'changed', 'B');
      await cache.hdel('session:hash', 'removed');
      await isProvider('memory');
      await server.restart({ empty: true });
      await isProvider('redis');
      expect(await server.call('GET', 'session:touched')).toBe('v');
      expect(await server.call('PTTL', 'session:touched')).toBeGreaterThan(60_000);
      expect(await server.call('GET', 'session:count')).toBe('6');
      expect(await server.call('PTTL', 'session:count')).toBeGreaterThan(0);
      expect(await server.call('HGET', 'session:hash', 'untouched')).toBe('a');
      expect(await server.call('HGET', 'session:hash', 'changed')).toBe('B');
      expect(await server.call('HGET', 'session:hash', 'removed')).toBeNull();
      expect(await server.call('PTTL', 'session:hash')).toBeGreaterThan(0);
    });
  });

  describe('what was brought back', () => {
    it('is at hand in the next outage, though nobody used it in between', async () => {
      server = await RedisServer.start();
      cache = create();
      await cache.initialize();
      await cache.set('session:before', 'v', 60_000);
      await server.kill();
      await cache.set('session:during', 'w', 60_000);
      await cache.pexpire('session:before', 60_000);
      await isProvider('memory');
      await server.restart();
      await isProvider('redis');
      // Long enough for every message that the way back causes.
      for (let i = 0; i < 50; i++) await cache.get('another');
      await server.kill();
      expect(await cache.get('session:before')).toBe('v');
      expect(await cache.get('session:during')).toBe('w');
      await isProvider('memory');
    });
  });
});
