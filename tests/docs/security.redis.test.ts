import { afterEach, describe, expect, it } from 'vitest';
import { CacheManager, type CacheManagerConfig } from '../../packages/manager/src/index.js';
import { NodeRedisBackend } from '../../packages/node-redis/src/index.js';
import {
  freePort,
  RedisServer,
  sleep,
  TcpProxy,
  waitFor,
} from '../../packages/testkit/src/index.js';
import { makeCertificate } from '../backend-suites/src/index.js';
import { commandsIn, rulesFor, rulesOfThePage } from './acl.js';

const LOGIN = { username: 'shop', password: 'secret' };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(args: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start({ args });
  closing.push(() => server.close());
  return server;
}

async function open(redis: CacheManagerConfig['redis']): Promise<CacheManager> {
  const cache = new CacheManager({
    redis: redis!,
    criticalKeys: ['session:*'],
    failoverTimeout: 10_000,
    logger: quiet,
  });
  closing.push(() => cache.disconnect());
  await cache.initialize();
  await isProvider(cache, 'redis');
  return cache;
}

function isProvider(cache: CacheManager, provider: 'redis' | 'memory') {
  return waitFor(() => cache.getCurrentProvider() === provider, { timeout: 40_000 });
}

/** Somebody else writes a key; waits until there is a copy of that, and so many in all. */
async function isFollowed(server: RedisServer, cache: CacheManager, key: string, copies: number) {
  await server.call('SET', key, 'theirs');
  await waitFor(async () => (await cache.get(key)) === 'theirs');
  await hasCopies(cache, copies);
}

/** Waits until there are so many copies of critical keys, and a moment for the last of them to settle. */
async function hasCopies(cache: CacheManager, copies: number): Promise<void> {
  await waitFor(() => cache.getMemoryCacheMetrics().itemCount >= copies);
  await sleep(50);
}

/** The commands that a server has executed since its start. */
async function executed(server: RedisServer): Promise<string[]> {
  const stats = String(await server.call('INFO', 'commandstats'));
  return [...stats.matchAll(/^cmdstat_([\w|]+):calls=\d+.*?rejected_calls=0/gm)].map(
    ([, name = '']) => name,
  );
}

async function denied(server: RedisServer, user = ''): Promise<string[]> {
  const log = (await server.call('ACL', 'LOG')) as string[][];
  return log.map(String).filter((entry) => entry.includes(`username,${user}`));
}

describe('the user on the page "Security"', () => {
  it.each([
    ['ioredis', (port: number) => ({ host: '127.0.0.1', port, ...LOGIN })],
    ['node-redis', overNodeRedis],
  ])(
    'may do all that is needed, through outages, tracking, sync and re-seeding, and nothing else: %s',
    async (_, redisAt) => {
      const rules = rulesOfThePage();
      const server = await start(['--user', 'shop', ...rules]);
      const proxy = await TcpProxy.start({ target: server });
      closing.push(() => proxy.close());
      const cache = await open(redisAt(proxy.port));
      const used = new Set<string>();
      const note = async () => {
        for (const name of await executed(server)) used.add(name);
        expect(await denied(server)).toEqual([]);
      };

      await everyCommand(cache);
      await isFollowed(server, cache, 'session:2', 2);
      await cache.hset('session:h', { kept: '1', changed: '1' });
      await hasCopies(cache, 3);

      // The same server, reached again: what was sent on the old connection is killed there.
      await proxy.refuse();
      proxy.cut();
      await isProvider(cache, 'memory');
      await everyChange(cache);
      await proxy.heal();
      await isProvider(cache, 'redis');
      expect(await server.call('GET', 'visits')).toBe('12');
      expect(await server.call('PTTL', 'session:4')).toBe(-1);
      await note();

      // Another one, empty.
      await server.kill();
      await isProvider(cache, 'memory');
      await cache.hincrby('session:h', 'count', 5);
      await server.restart({ empty: true });
      await isProvider(cache, 'redis');
      expect(await server.call('GET', 'session:2')).toBe('theirs');
      expect(await server.call('HGET', 'session:h', 'kept')).toBe('1');
      expect(await server.call('HGET', 'session:h', 'count')).toBe('10');
      await note();

      expect(cache.getSyncStats()).toMatchObject({ conflicts: 0, syncErrors: 0, ambiguous: 0 });
      expect([...commandsIn(rules)].filter((name) => !used.has(name))).toEqual([]);
      await expect(cache.flushall()).rejects.toThrow(/^NOPERM/);
      await expect(cache.get('elsewhere')).rejects.toThrow(/^NOPERM/);
      expect(cache.getCurrentProvider()).toBe('redis');
    },
    120_000,
  );

  it('has what the page says that is lacking without parts of it', async () => {
    const lacking: Record<string, readonly string[]> = {
      tracking: ['+client|tracking'],
      channel: ['&__redis__:invalidate'],
      info: ['+info'],
      scripts: ['+evalsha'],
      own: ['~__cachefb__:*'],
      unmarking: ['+srem'],
      ending: ['+pexpire'],
      stamps: ['+hmget'],
      hashes: ['+hset'],
      nothing: [],
    };
    const users = Object.entries(lacking).flatMap(([user, without]) => [
      '--user',
      user,
      ...rulesFor(user, without),
    ]);
    const server = await start(users);
    const caches: Record<string, CacheManager> = {};
    for (const user of Object.keys(lacking)) {
      const cache = await open(
        `redis://${user}:secret@127.0.0.1:${server.port}?keyPrefix=${user}:`,
      );
      caches[user] = cache;
      await cache.set('session:1', 'before');
      await cache.set('session:2', 'before');
      await cache.incr('visits');
      await hasCopies(cache, 2);
    }
    await server.kill();
    for (const [user, cache] of Object.entries(caches)) {
      await isProvider(cache, 'memory');
      expect(await cache.set('session:1', 'after'), user).toBe('OK');
      expect(await cache.incr('visits'), user).toBe(1);
      expect(await cache.hset('session:h', 'a', '1'), user).toBe(1);
    }
    await server.restart({ empty: true });
    for (const cache of Object.values(caches)) await isProvider(cache, 'redis');

    const found = async (key: string) => {
      const values = Object.keys(lacking).map(async (user) => [
        user,
        await server.call('GET', `${user}:${key}`),
      ]);
      return Object.fromEntries(await Promise.all(values)) as Record<string, string | null>;
    };
    const all = (value: string | null) =>
      Object.fromEntries(Object.keys(lacking).map((user) => [user, value]));
    const nothingComesBack = {
      scripts: null,
      own: null,
      unmarking: null,
      ending: null,
      stamps: null,
    };
    const nothingOfEmptied = { ...nothingComesBack, info: null };
    expect(await found('session:1')).toEqual({ ...all('after'), ...nothingOfEmptied });
    expect(await found('session:2')).toEqual({ ...all('before'), ...nothingOfEmptied });
    // A count asks for no stamp, and is applied by itself where the batch is refused.
    expect(await found('visits')).toEqual({ ...all('1'), ...nothingComesBack, stamps: '1' });
    expect(await server.call('EXISTS', 'hashes:session:h')).toBe(0);
    expect(await server.call('EXISTS', 'nothing:session:h')).toBe(1);
    await expect(caches.hashes?.hset('session:h', 'a', '1')).rejects.toThrow(/^NOPERM/);
    for (const user of [...Object.keys(nothingComesBack), 'hashes', 'info']) {
      expect(caches[user]?.getSyncStats().conflicts, user).toBeGreaterThan(0);
    }
    expect(await denied(server, 'nothing')).toEqual([]);
  }, 120_000);

  it.each([
    ['ioredis', (port: number, tls: Trust) => ({ host: '127.0.0.1', port, ...LOGIN, tls })],
    ['node-redis', overNodeRedis],
  ])(
    'reaches a server over TLS, which is followed through an outage: %s',
    async (_, redisAt) => {
      using certificate = makeCertificate();
      const port = await freePort();
      const server = await start([
        ...certificate.serverArgs(port),
        ...['--user', 'shop', ...rulesOfThePage()],
      ]);
      const cache = await open(redisAt(port, { ca: certificate.pem }));
      await isFollowed(server, cache, 'session:1', 1);
      await server.kill();
      await isProvider(cache, 'memory');
      expect(await cache.get('session:1')).toBe('theirs');
      await cache.set('session:1', 'ours');
      await server.restart();
      await isProvider(cache, 'redis');
      expect(await server.call('GET', 'session:1')).toBe('ours');

      const stranger = new CacheManager({
        redis: redisAt(port, {}),
        logger: quiet,
      });
      closing.push(() => stranger.disconnect());
      await stranger.initialize();
      expect(stranger.getCurrentProvider()).toBe('memory');
      expect(String(stranger.getHealthStatus().lastError)).toContain('self-signed certificate');
    },
    120_000,
  );
});

/** Whose certificates are trusted, beside those that the system trusts. */
interface Trust {
  readonly ca?: string;
}

function overNodeRedis(port: number, trust?: Trust): NodeRedisBackend {
  const encrypted = trust === undefined ? {} : { ...trust, tls: true as const };
  return new NodeRedisBackend(
    { socket: { host: '127.0.0.1', port, ...encrypted }, ...LOGIN },
    { timeout: 10_000 },
  );
}

/** Each command of the contract but `flushall`, once, and `get`s of one turn, which are merged. */
async function everyCommand(cache: CacheManager): Promise<void> {
  await cache.set('session:1', 'a', 60_000);
  await cache.mset([['page:1', 'b']]);
  await cache.mget('session:1', 'page:1');
  await cache.get('session:1');
  await Promise.all(['session:1', 'page:1', 'page:2', 'page:3'].map((key) => cache.get(key)));
  await cache.exists('session:1');
  await cache.pexpire('session:1', 50_000);
  await cache.ttl('session:1');
  await cache.pttl('session:1');
  await cache.persist('session:1');
  await cache.type('session:1');
  await cache.del('session:1');
  await cache.incr('visits');
  await cache.hset('page:h', { a: '1', b: '2' });
  await cache.hget('page:h', 'a');
  await cache.hmget('page:h', 'a', 'b');
  await cache.hgetall('page:h');
  await cache.hexists('page:h', 'a');
  await cache.hlen('page:h');
  await cache.hincrby('page:h', 'a', 1);
  await cache.hdel('page:h', 'a');
  await cache.keys('session:*');
  for await (const _ of cache.scan('session:*'));
  await cache.set('session:4', 'a', 60_000);
}

/** A record of each kind, but a flush. */
async function everyChange(cache: CacheManager): Promise<void> {
  await cache.set('session:1', 'b', 60_000);
  await cache.set('page:1', 'c');
  await cache.incrby('visits', 11);
  await cache.hset('session:h', { changed: '2' });
  await cache.hincrby('session:h', 'count', 5);
  await cache.hdel('session:h', 'changed');
  await cache.persist('session:4');
  await cache.expire('session:2', 5000);
  await cache.del('session:3');
}
