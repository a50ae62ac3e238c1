import { CacheUnavailableError, ReplyError } from '@cachefb/core';
import { RedisServer, TcpProxy, waitFor } from '@cachefb/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisBackend, type RedisBackendOptions, type RedisTarget } from '../src/index.js';

let server: RedisServer;
let proxy: TcpProxy;
let disposals: (() => unknown)[];

beforeAll(async () => {
  server = await RedisServer.start({ persistence: false });
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.call('FLUSHALL');
  proxy = await TcpProxy.start({ target: server });
  disposals = [];
});
afterEach(async () => {
  for (const dispose of disposals.reverse()) await dispose();
  await proxy.close();
});

async function open(
  target: RedisTarget = proxy.url,
  options: RedisBackendOptions = {},
): Promise<RedisBackend> {
  const backend = new RedisBackend(target, options);
  disposals.push(() => backend.disconnect());
  await backend.connect();
  return backend;
}

/** How often each command was carried out since the last call; those that none of these tests issues left out. */
async function commandsSent(): Promise<Record<string, number>> {
  const stats = String(await server.call('INFO', 'commandstats'));
  await server.call('CONFIG', 'RESETSTAT');
  const counts: Record<string, number> = {};
  for (const [, name = '', calls] of stats.matchAll(/cmdstat_(\w+):calls=(\d+)/g)) {
    if (/^(m?get|m?set|exists|del|incrby|hget|hmget)$/.test(name)) counts[name] = Number(calls);
  }
  return counts;
}

const KEYS = Array.from({ length: 20 }, (_, i) => `key:${i}`);
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map((promise) => promise.catch((error: Error) => error.message)));
}

const WRONGTYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

describe('commands of one turn', () => {
  it('travel as one MGET and one MSET', async () => {
    const cache = await open();
    await commandsSent();
    expect(new Set(await Promise.all(KEYS.map((key) => cache.set(key, `${key}!`))))).toEqual(
      new Set(['OK']),
    );
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(
      KEYS.map((key) => `${key}!`),
    );
    expect(await commandsSent()).toEqual({ mset: 1, mget: 1, exists: 1 });
  });

  it('travel one by one without coalescing', async () => {
    const cache = await open(proxy.url, { coalesce: false });
    await commandsSent();
    await Promise.all(KEYS.map((key) => cache.set(key, key)));
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS);
    expect(await commandsSent()).toEqual({ set: 20, get: 20 });
  });

  it('ask for the same key once, and answer every caller', async () => {
    const cache = await open();
    await cache.set('k', 'v');
    await cache.hset('h', 'f', '1');
    await commandsSent();
    const asked = ['k', 'h', 'a', 'k', 'b', 'h', 'k', 'c'].map((key) => cache.get(key));
    expect(await outcomes(asked)).toEqual(['v', WRONGTYPE, null, 'v', null, WRONGTYPE, 'v', null]);
    // One look at the five keys, and a second one at the four that had no value.
    expect(await commandsSent()).toEqual({ mget: 1, exists: 1, get: 4 });
  });

  it('are few with few keys: a pair of reads needs no transaction', async () => {
    const cache = await open();
    await commandsSent();
    await Promise.all([cache.get('a'), cache.get('b'), cache.get('a')]);
    expect(await commandsSent()).toEqual({ get: 2 });
  });

  it('see what was written before them, and nothing that was written after', async () => {
    const cache = await open();
    const replies = KEYS.flatMap((key) => [
      cache.get(key),
      cache.set(key, '1'),
      cache.get(key),
      cache.incr(key),
      cache.get(key),
      cache.set(key, 'x'),
      cache.del(key),
      cache.get(key),
    ]);
    expect(await Promise.all(replies)).toEqual(
      KEYS.flatMap(() => [null, 'OK', '1', 2, '2', 'OK', 1, null]),
    );
  });

  it('are answered as of their time where a nil is looked at again', async () => {
    proxy.delay(20);
    const cache = await open();
    await cache.hset('h', 'f', '1');
    const first = KEYS.concat('h').map((key) => cache.get(key));
    await nextTurn();
    const written = [cache.set('h', 'later'), ...KEYS.map((key) => cache.set(key, 'later'))];
    await nextTurn();
    const second = cache.get('h');
    expect(await outcomes(first)).toEqual([...KEYS.map(() => null), WRONGTYPE]);
    expect(await Promise.all(written)).toHaveLength(21);
    expect(await second).toBe('later');
  });

  it('are answered as of their time where everything is flushed', async () => {
    proxy.delay(20);
    const cache = await open();
    await Promise.all([cache.hset('h', 'f', '1'), cache.set('k', 'v')]);
    const asked = ['h', 'k', 'a', 'b', 'c'].map((key) => cache.get(key));
    const flushed = cache.flushall();
    const after = ['h', 'k', 'a', 'b', 'c'].map((key) => cache.get(key));
    expect(await outcomes(asked)).toEqual([WRONGTYPE, 'v', null, null, null]);
    expect(await flushed).toBe('OK');
    expect(await Promise.all(after)).toEqual([null, null, null, null, null]);
  });

  it('stay ahead of a change, a read of states and a scan that come after them', async () => {
    const cache = await open();
    await cache.hset('h', 'f', '1');
    const asked = outcomes([...KEYS, 'h'].map((key) => cache.get(key)));
    const written = KEYS.map((key) => cache.set(key, 'v'));
    const [states, applied, names] = await Promise.all([
      cache.read(['key:3']),
      cache.apply([
        {
          id: 'p:1',
          key: 'h',
          effect: { kind: 'put', value: 'new', deadline: null },
          writtenAt: Date.now(),
        },
      ]),
      cache.scan('key:*').next(),
    ]);
    expect(states).toMatchObject([{ type: 'string', value: 'v' }]);
    expect(applied).toHaveLength(1);
    expect(names.done).toBe(false);
    expect(await asked).toEqual([...KEYS.map(() => null), WRONGTYPE]);
    expect(await Promise.all(written)).toHaveLength(20);
  });

  it('count exactly: deletions, increments and options of set are never merged', async () => {
    const cache = await open();
    await Promise.all(KEYS.slice(0, 10).map((key) => cache.set(key, '1')));
    await commandsSent();
    const deleted = await Promise.all(KEYS.map((key) => cache.del(key)));
    expect(deleted).toEqual(KEYS.map((_, i) => (i < 10 ? 1 : 0)));
    expect(await Promise.all(KEYS.map(() => cache.incr('n')))).toEqual(KEYS.map((_, i) => i + 1));
    const set = await Promise.all(KEYS.map(() => cache.set('only', 'once', { nx: true })));
    expect(set.filter((reply) => reply === 'OK')).toHaveLength(1);
    expect(await commandsSent()).toEqual({ del: 20, incrby: 20, set: 20 });
  });

  it('have limits: by keys, and by bytes on the way there and back', async () => {
    const cache = await open();
    const many = Array.from({ length: 1200 }, (_, i) => `many:${i}`);
    const long = 'x'.repeat(100_000);
    await commandsSent();
    await Promise.all(many.map((key) => cache.set(key, key)));
    expect(await commandsSent()).toEqual({ mset: 3 });
    expect(await Promise.all(many.map((key) => cache.get(key)))).toEqual(many);
    expect(await commandsSent()).toEqual({ mget: 3, exists: 3 });
    await Promise.all(KEYS.map((key) => cache.set(key, long)));
    expect(await commandsSent()).toEqual({ mset: 10 });
    // How long values are is known from the first answer on.
    await Promise.all(KEYS.map((key) => cache.get(key)));
    expect(await commandsSent()).toEqual({ mget: 1, exists: 1 });
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS.map(() => long));
    expect(await commandsSent()).toEqual({ get: 20 });
  });

  it('hold texts beyond ASCII among others', async () => {
    const cache = await open();
    const texts = ['ä', 'plain', '日本', '𝄞', '', '\r\n$5\r\n', 'é'.repeat(2000)];
    await Promise.all(texts.map((text, i) => cache.set(`${text}:${i}`, text)));
    expect(await Promise.all(texts.map((text, i) => cache.get(`${text}:${i}`)))).toEqual(texts);
    expect(await cache.get('plain:1')).toBe('plain');
  });

  it('carry the key prefix', async () => {
    const cache = await open(`${proxy.url}?keyPrefix=app:`);
    await server.call('HSET', 'app:h', 'f', '1');
    await Promise.all(KEYS.map((key) => cache.set(key, key)));
    expect(await outcomes([...KEYS, 'h', 'none'].map((key) => cache.get(key)))).toEqual([
      ...KEYS,
      WRONGTYPE,
      null,
    ]);
    expect(await server.call('GET', 'app:key:7')).toBe('key:7');
    expect(await server.call('EXISTS', 'key:7')).toBe(0);
  });
});

describe('errors of commands that travel together', () => {
  it('of a full server reach every write, and no read', async () => {
    await using full = await RedisServer.start({ persistence: false });
    const cache = await open(full.url);
    await cache.set('k', 'v');
    await full.call('CONFIG', 'SET', 'maxmemory', '1');
    const writes = KEYS.map((key) => cache.set(key, 'v').catch((error: unknown) => error));
    const reads = [...KEYS, 'k'].map((key) => cache.get(key));
    for (const error of await Promise.all(writes)) {
      expect(error).toBeInstanceOf(CacheUnavailableError);
      expect(error).toMatchObject({ fate: 'refused', scope: 'writes' });
      expect((error as Error).message).toContain('OOM');
    }
    // It begins no transaction either.
    expect(await Promise.all(reads)).toEqual([...KEYS.map(() => null), 'v']);
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS.map(() => null));
    await full.call('CONFIG', 'SET', 'maxmemory', '0');
    await full.call('CONFIG', 'RESETSTAT');
    await waitFor(async () => {
      await Promise.all(KEYS.map((key) => cache.get(key)));
      return String(await full.call('INFO', 'commandstats')).includes('cmdstat_mget');
    });
  });

  it('of a lost connection leave the fate of each unknown', async () => {
    const cache = await open();
    proxy.blackHole();
    const pending = [
      ...KEYS.map((key) => cache.set(key, 'v')),
      ...KEYS.map((key) => cache.get(key)),
      cache.incr('n'),
    ].map((promise) => promise.catch((error: unknown) => error));
    await nextTurn();
    proxy.cut();
    for (const error of await Promise.all(pending)) {
      expect(error).toBeInstanceOf(CacheUnavailableError);
      expect(error).toMatchObject({ fate: 'unknown', scope: 'all' });
    }
  });

  it('of a second look that gets no answer come in time', async () => {
    const timeout = 400;
    const cache = await open(proxy.url, { timeout });
    await cache.hset('h', 'f', '1');
    const start = performance.now();
    // The first look takes nearly as long as it may, the second one for ever.
    proxy.delay(timeout * 0.8);
    const asked = [...KEYS, 'h'].map((key) => cache.get(key).catch((error: unknown) => error));
    await nextTurn();
    await waitFor(() => performance.now() - start > timeout * 0.6);
    proxy.delay(60_000);
    const replies = await Promise.all(asked);
    expect(performance.now() - start).toBeLessThan(timeout * 2);
    expect(replies.at(-1)).toBeInstanceOf(CacheUnavailableError);
  });
});

describe('a user with few rights', () => {
  const grant = (...rights: string[]) =>
    server.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>pw', ...rights);
  const asUser = () => ({ host: '127.0.0.1', port: server.port, username: 'app', password: 'pw' });
  afterEach(() => server.call('ACL', 'DELUSER', 'app'));

  it('who may not MGET gets every answer all the same', async () => {
    await grant('~*', '+@all', '-mget');
    const cache = await open(asUser());
    await cache.hset('h', 'f', '1');
    await Promise.all(KEYS.map((key) => cache.set(key, key)));
    for (let round = 0; round < 2; round++) {
      expect(await outcomes([...KEYS, 'h', 'none'].map((key) => cache.get(key)))).toEqual([
        ...KEYS,
        WRONGTYPE,
        null,
      ]);
    }
  });

  it.each(['-multi', '-exec', '-exists', '-@transaction', '-ping'])(
    'has %s, and gets every answer',
    async (right) => {
      await grant('~*', '+@all', right);
      const cache = await open(asUser());
      await server.call('HSET', 'h', 'f', '1');
      const asked = [...KEYS, 'h'].map((key) => cache.get(key));
      const written = KEYS.map((key) => cache.set(key, key));
      expect(await outcomes(asked)).toEqual([...KEYS.map(() => null), WRONGTYPE]);
      expect(await Promise.all(written)).toEqual(KEYS.map(() => 'OK'));
      expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS);
    },
  );

  it('who may not MSET sets one by one, in order', async () => {
    await grant('~*', '+@all', '-mset');
    const cache = await open(asUser());
    const replies = KEYS.flatMap((key) => [cache.set(key, '1'), cache.get(key), cache.incr(key)]);
    expect(await Promise.all(replies)).toEqual(KEYS.flatMap(() => ['OK', '1', 2]));
  });

  it('is refused for the keys that are forbidden, and for no other', async () => {
    await grant('~key:*', '~__cachefb__:*', '+@all');
    const cache = await open(asUser());
    const names = [...KEYS, 'secret'];
    const written = await outcomes(names.map((key) => cache.set(key, key)));
    expect(written.slice(0, -1)).toEqual(KEYS.map(() => 'OK'));
    expect(written.at(-1)).toMatch(/^NOPERM /);
    const read = names.map((key) => cache.get(key));
    const after = KEYS.map((key) => cache.set(key, 'after'));
    const replies = await outcomes(read);
    expect(replies.slice(0, -1)).toEqual(KEYS);
    expect(replies.at(-1)).toMatch(/^NOPERM /);
    expect(await Promise.all(after)).toEqual(KEYS.map(() => 'OK'));
    await expect(cache.get('secret')).rejects.toThrow(ReplyError);
  });

  it('is not asked about, which would be an entry in ACL LOG', async () => {
    await grant('~*', '+@all', '-acl');
    await server.call('ACL', 'LOG', 'RESET');
    const cache = await open(asUser());
    await Promise.all(KEYS.map((key) => cache.set(key, key)));
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS);
    expect(await server.call('ACL', 'LOG')).toEqual([]);
  });
});

describe('the default user', () => {
  let own: RedisServer;
  beforeEach(async () => {
    own = await RedisServer.start({ persistence: false });
    disposals.push(() => own.close());
  });
  /** From now on the user may touch no other keys; connections that stand stay. */
  const restrict = () => own.call('ACL', 'SETUSER', 'default', 'resetkeys', '~key:*');

  it('may lose rights while he is connected, and nobody pays for a key of somebody else', async () => {
    const cache = await open(own.url);
    await restrict();
    const names = [...KEYS, 'secret'];
    const written = await outcomes(names.map((key) => cache.set(key, 'new')));
    expect(written.slice(0, -1)).toEqual(KEYS.map(() => 'OK'));
    expect(written.at(-1)).toMatch(/^NOPERM /);
    expect(await Promise.all(KEYS.map((key) => cache.get(key)))).toEqual(KEYS.map(() => 'new'));
    // From then on writes are not merged any more.
    await own.call('CONFIG', 'RESETSTAT');
    await Promise.all(KEYS.map((key) => cache.set(key, 'newer')));
    const stats = String(await own.call('INFO', 'commandstats'));
    expect(stats).toContain('cmdstat_set:calls=20,');
    expect(stats).not.toContain('cmdstat_mset');
  });

  it('who lost them does not overwrite what came after', async () => {
    await using slow = await TcpProxy.start({ target: own });
    slow.delay(20);
    const cache = await open(slow.url);
    await restrict();
    const early = [...KEYS, 'secret'].map((key) => cache.set(key, 'early'));
    const counted = cache.incr('key:0');
    await nextTurn();
    const late = cache.set('key:1', 'late');
    const replies = await outcomes(early);
    expect(replies.slice(0, 2)).toEqual([
      expect.stringMatching(/^NOPERM /),
      expect.stringMatching(/^NOPERM /),
    ]);
    expect(replies.slice(2, -1)).toEqual(KEYS.slice(2).map(() => 'OK'));
    expect(await counted).toBe(1);
    expect(await late).toBe('OK');
    expect(await cache.get('key:1')).toBe('late');
  });
});
