import { createServer, type Server } from 'node:net';
import { CacheError } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { freePort, RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager, type CacheManagerConfig } from '../src/index.js';

interface Line {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: unknown;
}

let lines: Line[] = [];
const logger = {
  debug: (message: string, fields?: unknown) =>
    void lines.push({ level: 'debug', message, fields }),
  info: (message: string, fields?: unknown) => void lines.push({ level: 'info', message, fields }),
  warn: (message: string, fields?: unknown) => void lines.push({ level: 'warn', message, fields }),
  error: (message: string, fields?: unknown) =>
    void lines.push({ level: 'error', message, fields }),
};

let opened: { disconnect(): Promise<void> }[] = [];
let servers: RedisServer[] = [];
let listeners: Server[] = [];

beforeEach(() => {
  lines = [];
});

afterEach(async () => {
  await Promise.all(opened.map((cache) => cache.disconnect()));
  await Promise.all(servers.map((server) => server.close()));
  for (const listener of listeners) listener.close();
  opened = [];
  servers = [];
  listeners = [];
});

async function start(): Promise<RedisServer> {
  const server = await RedisServer.start({ persistence: true });
  servers.push(server);
  return server;
}

function create(config: CacheManagerConfig): CacheManager {
  const cache = new CacheManager({ failoverTimeout: 1000, logger, ...config });
  opened.push(cache);
  return cache;
}

/** A port on which something answers that is not Redis. */
async function listen(onData: (socket: import('node:net').Socket) => void): Promise<string> {
  const port = await freePort();
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => onData(socket));
  }).listen(port, '127.0.0.1');
  listeners.push(listener);
  return `redis://127.0.0.1:${port}`;
}

function isProvider(cache: CacheManager, provider: 'redis' | 'memory'): Promise<boolean> {
  return waitFor(() => cache.getCurrentProvider() === provider, { timeout: 15_000 });
}

describe('the beginning', () => {
  it('refuses commands before initialize, and makes one beginning of two calls', async () => {
    const cache = create({ redis: (await start()).url });
    await expect(cache.get('k')).rejects.toMatchObject({ code: 'NOT_INITIALIZED' });
    expect(() => cache.switchToMemoryCache()).toThrow(CacheError);
    const first = cache.initialize();
    expect(cache.initialize()).toBe(first);
    await first;
    expect(await cache.set('k', 'v')).toBe('OK');
    expect(lines.filter(({ level }) => level !== 'debug')).toHaveLength(1);
  });

  it.each<[string, () => Promise<CacheManagerConfig>, RegExp]>([
    [
      'nobody listens',
      async () => ({ redis: `redis://127.0.0.1:${await freePort()}` }),
      /ECONNREFUSED|refused/i,
    ],
    [
      'a web server answers',
      async () => ({ redis: await listen((s) => s.end('HTTP/1.1 400 Bad Request\r\n\r\n')) }),
      /does not speak Redis/i,
    ],
    [
      'somebody listens and says nothing',
      async () => ({ redis: await listen(() => {}) }),
      /within|timed? ?out|time/i,
    ],
    [
      'the password is wrong',
      async () => {
        const server = await start();
        await server.call('CONFIG', 'SET', 'requirepass', 'secret');
        return { redis: server.url.replace('redis://', 'redis://:wrong@') };
      },
      /password|WRONGPASS/i,
    ],
    [
      'a password is needed',
      async () => {
        const server = await start();
        await server.call('CONFIG', 'SET', 'requirepass', 'secret');
        return { redis: server.url };
      },
      /NOAUTH|password|authenticat/i,
    ],
  ])('starts in memory with one clear error where %s', async (_, config, message) => {
    const cache = create(await config());
    const begin = performance.now();
    await cache.initialize();
    expect(performance.now() - begin).toBeLessThan(1100);
    expect(cache.getCurrentProvider()).toBe('memory');
    expect(await cache.set('k', 'v')).toBe('OK');
    expect(await cache.get('k')).toBe('v');
    expect(cache.getHealthStatus().lastError).toMatch(message);
    expect(cache.getHealthStatus().lastError).not.toMatch(/wrong@|secret/);
    const told = lines.filter(({ level }) => level === 'error');
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toMatch(message);
  });
});

describe('the end', () => {
  it('refuses commands afterwards, and may come twice', async () => {
    const cache = create({ redis: (await start()).url });
    await cache.initialize();
    await Promise.all([cache.disconnect(), cache.disconnect()]);
    await cache.disconnect();
    await expect(cache.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(cache.initialize()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(cache.switchToRedis()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('comes cleanly before the beginning, and in the middle of it', async () => {
    const { url } = await start();
    const never = create({ redis: url });
    await never.disconnect();
    const early = create({ redis: url });
    const beginning = early.initialize();
    await early.disconnect();
    await beginning;
    await expect(early.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('says in the middle of an outage how many records stay behind', async () => {
    const server = await start();
    const cache = create({ redis: server.url, criticalKeys: ['*'] });
    await cache.initialize();
    await server.kill();
    await isProvider(cache, 'memory');
    await cache.mset({ a: 1, b: 2, c: 3 });
    await cache.disconnect();
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: { pending: 3 } }),
    );
  });

  it('waits for a sync where it is told to', async () => {
    const server = await start();
    const cache = create({ redis: server.url, criticalKeys: ['*'] });
    await cache.initialize();
    await server.kill();
    await isProvider(cache, 'memory');
    await cache.mset({ a: 1, b: 2, c: 3 });
    const ending = cache.disconnect({ drainTimeout: 20_000 });
    await server.restart();
    await ending;
    expect(await server.call('MGET', 'a', 'b', 'c')).toEqual(['1', '2', '3']);
  });

  it('answers what is on its way', async () => {
    const server = await start();
    const cache = create({ redis: server.url });
    await cache.initialize();
    const writes = Array.from({ length: 100 }, (_, i) => cache.set(`k${i}`, i));
    await cache.disconnect();
    expect(await Promise.all(writes)).toEqual(Array(100).fill('OK'));
    expect(await server.call('DBSIZE')).toBeGreaterThanOrEqual(100);
  });

  it.each(['redis', 'memory', 'recovering'])(
    'leaves no timer or socket behind: %s',
    async (state) => {
      const server = await start();
      const baseline = await resources();
      const cache = create({ redis: server.url, criticalKeys: ['*'], failoverTimeout: 500 });
      await cache.initialize();
      await cache.set('k', 'v');
      if (state !== 'redis') cache.switchToMemoryCache();
      await cache.set('k', 'w');
      if (state === 'recovering') void cache.switchToRedis().catch(() => {});
      await cache.disconnect();
      await waitFor(async () => (await resources()) <= baseline);
    },
  );
});

/** How many sockets and timers keep this process alive. */
async function resources(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  return process
    .getActiveResourcesInfo()
    .filter((name) => name === 'TCPSocketWrap' || name === 'TCPConnectWrap' || name === 'Timeout')
    .length;
}

describe('switching by hand', () => {
  it('holds memory until told otherwise, and brings everything back', async () => {
    const server = await start();
    const cache = create({ redis: server.url, criticalKeys: ['*'], healthCheckInterval: 50 });
    await cache.initialize();
    await cache.set('k', 'before');
    const inFlight = cache.set('late', 'redis');
    cache.switchToMemoryCache();
    expect(cache.getCurrentProvider()).toBe('memory');
    await inFlight;
    await cache.set('k', 'during');
    expect(await server.call('GET', 'k')).toBe('before');
    expect(cache.planSync()).toEqual([{ key: 'k', action: 'write' }]);
    expect(await cache.switchToRedis()).toBe(true);
    expect(cache.getCurrentProvider()).toBe('redis');
    expect(await server.call('GET', 'k')).toBe('during');
    expect(await server.call('GET', 'late')).toBe('redis');
    expect(cache.getSyncStats()).toMatchObject({ totalSynced: 1, pending: 0, conflicts: 0 });
  });

  it('answers false where Redis is not there', async () => {
    const server = await start();
    const cache = create({ redis: server.url });
    await cache.initialize();
    cache.switchToMemoryCache();
    await server.kill();
    expect(await cache.switchToRedis()).toBe(false);
    expect(cache.getCurrentProvider()).toBe('memory');
  });
});

describe('a whole outage', () => {
  it('tells a handful of lines, and each event once, with its figures', async () => {
    const server = await start();
    const cache = create({ redis: server.url, criticalKeys: ['*'] });
    const events: [string, object][] = [];
    for (const name of ['failover', 'recovery', 'sync:start', 'sync:complete'] as const) {
      cache.on(name, (payload) => events.push([name, payload]));
    }
    await cache.initialize();
    await cache.set('k', 'v');
    await server.kill();
    await isProvider(cache, 'memory');
    for (let i = 0; i < 500; i++) {
      await cache.incr('n');
      await cache.get('k');
      await cache.get('missing');
    }
    await server.restart();
    await isProvider(cache, 'redis');
    expect(events.map(([name]) => name)).toEqual([
      'failover',
      'sync:start',
      'sync:complete',
      'recovery',
    ]);
    expect(events[0]?.[1]).toMatchObject({ reason: 'unavailable', at: expect.any(Number) });
    expect(events[3]?.[1]).toMatchObject({ synced: 1, conflicts: 0, dropped: 0 });
    const told = lines.filter(({ level }) => level !== 'debug');
    expect(told.length).toBeLessThanOrEqual(6);
    expect(told.at(-1)).toMatchObject({
      fields: { served: 1500, hits: 500, misses: 500, synced: 1 },
    });
    expect(await server.call('GET', 'n')).toBe('500');
  });

  it('publishes its events on diagnostics channels', async () => {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel');
    const seen: unknown[] = [];
    const listener = (message: unknown) => void seen.push(message);
    subscribe('cachefb:failover', listener);
    const cache = create({ redis: new InMemoryCache() });
    await cache.initialize();
    cache.switchToMemoryCache();
    unsubscribe('cachefb:failover', listener);
    expect(seen).toMatchObject([{ reason: 'manual' }]);
  });
});
