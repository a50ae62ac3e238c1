import { RedisServer, TcpProxy } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisBackend } from '../src/index.js';

const FIELDS = ['a', 'b', 'c'];
const WRONGTYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';
let server: RedisServer;
let proxy: TcpProxy;
let cache: RedisBackend;

beforeEach(async () => {
  server = await RedisServer.start({ persistence: false });
  proxy = await TcpProxy.start({ target: server });
  cache = new RedisBackend(proxy.url);
  await cache.connect();
  await cache.hset('h', { a: '1', b: '2' });
  await server.call('CONFIG', 'RESETSTAT');
});
afterEach(async () => {
  await cache.disconnect();
  await proxy.close();
  await server.close();
});

/** How often a command was carried out, or refused. */
async function calls(name: string): Promise<{ calls: number; rejected: number }> {
  const stats = String(await server.call('INFO', 'commandstats'));
  const line = new RegExp(`cmdstat_${name}:calls=(\\d+).*rejected_calls=(\\d+)`).exec(stats);
  return { calls: Number(line?.[1] ?? 0), rejected: Number(line?.[2] ?? 0) };
}

function outcomes(promises: readonly Promise<unknown>[]): Promise<unknown[]> {
  return Promise.all(promises.map((promise) => promise.catch((error: Error) => error.message)));
}

describe('hgets of one hash that are asked one after the other', () => {
  it('travel as one command, and each gets its own reply', async () => {
    const replies = FIELDS.map((field) => cache.hget('h', field));
    expect(await Promise.all([...replies, cache.hget('h', 'a')])).toEqual(['1', '2', null, '1']);
    expect(await calls('hmget')).toMatchObject({ calls: 1 });
    expect(await calls('hget')).toMatchObject({ calls: 0 });
  });

  it('stay apart from those of another hash, and travel alone where there is one', async () => {
    const replies = [cache.hget('h', 'a'), cache.hget('other', 'a'), cache.hget('h', 'b')];
    expect(await Promise.all(replies)).toEqual(['1', null, '2']);
    expect(await calls('hmget')).toMatchObject({ calls: 0 });
  });

  it('see what was written before them, and nothing that was written after', async () => {
    const replies = [
      cache.hget('h', 'a'),
      cache.hget('h', 'b'),
      cache.hset('h', 'a', 'new'),
      cache.hget('h', 'a'),
      cache.hget('h', 'b'),
      cache.del('h'),
      cache.hget('h', 'a'),
      cache.hget('h', 'b'),
    ];
    expect(await Promise.all(replies)).toEqual(['1', '2', 0, 'new', '2', 1, null, null]);
  });

  it('are each told of a key that is no hash', async () => {
    await cache.set('s', 'v');
    expect(await outcomes(FIELDS.map((field) => cache.hget('s', field)))).toEqual(
      FIELDS.map(() => WRONGTYPE),
    );
  });

  it('are not more than a server answers in a moment', async () => {
    const long = 'x'.repeat(100_000);
    const many = Array.from({ length: 12 }, (_, i) => `f${i}`);
    await cache.hset('long', Object.fromEntries(many.map((field) => [field, long])));
    expect(await cache.hget('long', 'f0')).toBe(long);
    await server.call('CONFIG', 'RESETSTAT');
    const replies = await Promise.all(many.map((field) => cache.hget('long', field)));
    expect(replies).toEqual(many.map(() => long));
    expect(await calls('hmget')).toMatchObject({ calls: 6 });
  });

  it('are asked one by one where the right to ask for several was taken away', async () => {
    await server.call('ACL', 'SETUSER', 'default', '-hmget');
    expect(await Promise.all(FIELDS.map((field) => cache.hget('h', field)))).toEqual([
      '1',
      '2',
      null,
    ]);
    expect(await Promise.all(FIELDS.map((field) => cache.hget('h', field)))).toEqual([
      '1',
      '2',
      null,
    ]);
    expect(await calls('hmget')).toEqual({ calls: 0, rejected: 1 });
  });

  it.each([
    ['in their turn', () => Promise.resolve()],
    ['in a later one', () => new Promise((resolve) => setImmediate(resolve))],
  ])('are then refused where a write came after them %s', async (_when, pause) => {
    proxy.delay(20);
    await server.call('ACL', 'SETUSER', 'default', '-hmget');
    const before = cache.hset('h', 'a', 'before');
    const refused = outcomes(FIELDS.map((field) => cache.hget('h', field)));
    await pause();
    expect(await cache.hset('h', 'a', 'after')).toBe(0);
    expect(await before).toBe(0);
    for (const reply of await refused) expect(reply).toMatch(/^NOPERM /);
  });

  it('are then asked again though something came before them', async () => {
    await server.call('ACL', 'SETUSER', 'default', '-hmget');
    const before = cache.hset('h', 'a', 'before');
    const replies = FIELDS.map((field) => cache.hget('h', field));
    expect(await before).toBe(0);
    expect(await Promise.all(replies)).toEqual(['before', '2', null]);
  });
});
