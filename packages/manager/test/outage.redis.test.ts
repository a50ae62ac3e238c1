import { RedisServer, sleep, waitFor } from '@cachefb/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { CacheManager, type ManagerEvents } from '../src/index.js';
import { Ledger } from './support/ledger.js';

const failoverTimeout = 1000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let server: RedisServer;
let cache: CacheManager;

afterEach(async () => {
  await cache.disconnect();
  await server.close();
});

function create(): CacheManager {
  return new CacheManager({
    redis: server.url,
    criticalKeys: ['session:*'],
    failoverTimeout,
    memoryCacheConfig: { maxSize: 10_000 },
    logger: quiet,
  });
}

async function isProvider(provider: 'redis' | 'memory', timeout = 15_000): Promise<void> {
  await waitFor(() => cache.getCurrentProvider() === provider, {
    timeout,
    message: `the provider becomes ${provider}`,
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
      expect(cache.getSyncStats()).toMatchObject({ pending: 0, dropped: 0, syncInProgress: false });
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
