import { silentLogger } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { FakeClock } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FailoverCache, type GetOrSetOptions } from '../src/index.js';

let clock: FakeClock;
let redis: InMemoryCache;
let cache: FailoverCache;

beforeEach(async () => {
  clock = new FakeClock();
  redis = new InMemoryCache({ clock });
  cache = new FailoverCache({
    primary: redis,
    fallback: new InMemoryCache({ clock }),
    clock,
    logger: silentLogger,
  });
  await cache.initialize();
});

afterEach(() => cache.disconnect());

const failing = () => Promise.reject(new Error('the database is down'));

/** A loader of which a test says when it answers. */
function gate<T>(): { load: () => Promise<T>; open: (value: T) => void; calls: () => number } {
  let calls = 0;
  let open = (_: T) => {};
  const answer = new Promise<T>((resolve) => {
    open = resolve;
  });
  return {
    load: () => {
      calls++;
      return answer;
    },
    open,
    calls: () => calls,
  };
}

/** Lets everything run that does not wait for time. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('what getOrSet loads', () => {
  it.each<[string, string | number | boolean | object | null]>([
    ['an object', { a: [1, null] }],
    ['a text', 'plain'],
    ['an empty text', ''],
    ['null', null],
    ['false', false],
    ['0', 0],
  ])('is stored as JSON and loaded once: %s', async (_, value) => {
    let loads = 0;
    const load = () => {
      loads++;
      return value;
    };
    expect(await cache.getOrSet('k', load, { ttl: 60_000 })).toEqual(value);
    expect(await cache.getOrSet('k', load, { ttl: 60_000 })).toEqual(value);
    expect(loads).toBe(1);
    expect(await redis.get('k')).toBe(JSON.stringify(value));
    expect(await redis.pttl('k')).toBe(60_000);
  });

  it('has no TTL where none is given, or 0', async () => {
    await cache.getOrSet('a', () => 1);
    await cache.getOrSet('b', () => 1, { ttl: 0 });
    expect([await redis.ttl('a'), await redis.ttl('b')]).toEqual([-1, -1]);
  });

  it('is the same for the first caller as for the next: what JSON makes of it', async () => {
    const load = () => ({ at: new Date(0), nothing: undefined });
    const first = await cache.getOrSet<object>('k', load);
    expect(first).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(await cache.getOrSet<object>('k', load)).toEqual(first);
  });

  it('comes from whatever JSON is at the key, a number that was counted too', async () => {
    await cache.incrby('n', 5);
    expect(await cache.getOrSet('n', () => 1)).toBe(5);
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => {}],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
  ])('is refused, naming the key, where it has no JSON form: %s', async (_, value) => {
    await cache.getOrSet('k', () => 'good', { staleTtl: 60_000 });
    await redis.del('k');
    // Not a loader that fails: no stale value hides it.
    const answer = cache.getOrSet('k', () => value as never, { staleTtl: 60_000 });
    await expect(answer).rejects.toThrow(TypeError);
    await expect(cache.getOrSet('k', () => value as never)).rejects.toThrow('"k"');
    expect(await redis.exists('k')).toBe(0);
  });

  it('is answered although it cannot be stored', async () => {
    Object.defineProperty(redis, 'execute', {
      value: (command: { name: string }) =>
        command.name === 'set'
          ? Promise.reject(new Error('OOM'))
          : Promise.resolve(command.name === 'get' ? null : 0),
    });
    expect(await cache.getOrSet('k', () => 'loaded')).toBe('loaded');
  });
});

describe('the loader of getOrSet', () => {
  it('is called once for calls that overlap, and again for the next key and the next miss', async () => {
    const { load, open, calls } = gate<number>();
    const answers = Promise.all(Array.from({ length: 50 }, () => cache.getOrSet('k', load)));
    await settled();
    open(7);
    expect(await answers).toEqual(Array(50).fill(7));
    expect(calls()).toBe(1);
    await cache.getOrSet('other', load);
    await redis.del('k');
    await cache.getOrSet('k', load);
    expect(calls()).toBe(3);
  });

  it('fails for everybody who waits, and is called again by whoever comes next', async () => {
    let calls = 0;
    const load = async () => {
      if (++calls === 1) throw new Error('once');
      return 'fine';
    };
    const both = await Promise.allSettled([cache.getOrSet('k', load), cache.getOrSet('k', load)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await settled();
    expect(await cache.getOrSet('k', load)).toBe('fine');
    expect(calls).toBe(2);
  });

  it('may throw at once: that is a rejection, with its own error', async () => {
    const error = new Error('at once');
    const load = () => {
      throw error;
    };
    await expect(cache.getOrSet('k', load)).rejects.toBe(error);
  });

  it('counts as failed after loadTimeout, and is called again by whoever comes next', async () => {
    const hung = gate<string>();
    const answer = cache.getOrSet('k', hung.load, { loadTimeout: 500 });
    const told = expect(answer).rejects.toMatchObject({
      code: 'LOAD_TIMEOUT',
      message: 'the loader of key "k" gave no answer within 500 ms',
    });
    await settled();
    clock.tick(500);
    await told;
    await settled();
    expect(await cache.getOrSet('k', () => 'quick', { loadTimeout: 500 })).toBe('quick');
    hung.open('late');
    await settled();
    expect(await cache.get('k')).toBe('"quick"');
  });

  it('leaves no timer behind where it answers in time', async () => {
    const waiting = clock.pending;
    await cache.getOrSet('k', () => 1, { loadTimeout: 500 });
    await cache.getOrSet('l', failing, { loadTimeout: 500 }).catch(() => {});
    expect(clock.pending).toBe(waiting);
  });
});

describe('a stale value', () => {
  const options = { ttl: 1000, staleTtl: 10_000 };

  it('is answered where the loader fails, for staleTtl after it was loaded', async () => {
    await cache.getOrSet('k', () => ({ n: 1 }), options);
    clock.tick(1000);
    expect(await cache.getOrSet('k', failing, options)).toEqual({ n: 1 });
    clock.tick(8999);
    expect(await cache.getOrSet('k', failing, options)).toEqual({ n: 1 });
    clock.tick(1);
    await expect(cache.getOrSet('k', failing, options)).rejects.toThrow('the database is down');
  });

  it('is one that was only read, too: somebody else had loaded it', async () => {
    await redis.set('k', '"theirs"', 1000);
    expect(await cache.getOrSet('k', failing, options)).toBe('theirs');
    clock.tick(1000);
    expect(await cache.getOrSet('k', failing, options)).toBe('theirs');
  });

  it('is answered where the loader hangs', async () => {
    await cache.getOrSet('k', () => 'good', options);
    clock.tick(1000);
    const answer = cache.getOrSet('k', gate<string>().load, { ...options, loadTimeout: 100 });
    await settled();
    clock.tick(100);
    expect(await answer).toBe('good');
  });

  it('is never answered to whoever wants none, also beside somebody who does', async () => {
    await cache.getOrSet('k', () => 'good', options);
    clock.tick(1000);
    const [one, other] = await Promise.allSettled([
      cache.getOrSet('k', failing, options),
      cache.getOrSet('k', failing, { staleTtl: 0 }),
    ]);
    expect(one).toMatchObject({ value: 'good' });
    expect(other).toMatchObject({ status: 'rejected' });
    expect(await cache.getOrSet('k', failing)).toBe('good');
    await expect(cache.getOrSet('k', failing, { staleTtl: 500 })).rejects.toThrow();
  });

  it.each<[string, () => Promise<unknown>]>([
    ['deleted', () => cache.del('k')],
    ['overwritten', () => cache.set('k', '"newer"', 10)],
    ['overwritten among others', () => cache.mset({ j: 1, k: '"newer"' })],
    ['ended', () => cache.expire('k', 0)],
    ['flushed', () => cache.flushall()],
  ])('is forgotten where its key was %s here', async (_, write) => {
    await cache.getOrSet('k', () => 'old', options);
    await write();
    await redis.del('k');
    await expect(cache.getOrSet('k', failing, options)).rejects.toThrow('the database is down');
  });

  it('stays where only the time of its key was changed', async () => {
    await cache.getOrSet('k', () => 'old', options);
    await cache.expire('k', 5);
    await cache.persist('k');
    await redis.del('k');
    expect(await cache.getOrSet('k', failing, options)).toBe('old');
  });

  it('is kept for the keys that were loaded last, and not without bounds', async () => {
    for (let i = 0; i < 1001; i++) await cache.getOrSet(`k${i}`, () => i, options);
    await redis.flushall();
    await expect(cache.getOrSet('k0', failing, options)).rejects.toThrow();
    expect(await cache.getOrSet('k1', failing, options)).toBe(1);
    const large = 'x'.repeat(6 * 1024 * 1024);
    for (const key of ['a', 'b', 'c']) await cache.getOrSet(key, () => large, options);
    await redis.flushall();
    await expect(cache.getOrSet('a', failing, options)).rejects.toThrow();
    expect(await cache.getOrSet('c', failing, options)).toBe(large);
    await cache.getOrSet('too large', () => large.repeat(3), options);
    await redis.flushall();
    await expect(cache.getOrSet('too large', failing, options)).rejects.toThrow();
    expect(await cache.getOrSet('c', failing, options)).toBe(large);
  });
});

describe('a write while a value is being loaded', () => {
  it.each<[string, () => Promise<unknown>, string | null]>([
    ['set', () => cache.set('k', '"newer"'), '"newer"'],
    ['del', () => cache.del('k'), null],
    ['flushall', () => cache.flushall(), null],
  ])('is not undone by what was loaded before it: %s', async (_, write, expected) => {
    const before = gate<string>();
    const first = cache.getOrSet('k', before.load, { staleTtl: 1000 });
    await settled();
    await write();
    // Whoever calls now does not get what was loaded before.
    const next = cache.getOrSet('k', () => 'loaded after', { staleTtl: 1000 });
    if (expected !== null) expect(await next).toBe('newer');
    before.open('loaded before');
    expect(await first).toBe('loaded before');
    if (expected === null) expect(await next).toBe('loaded after');
    expect(await cache.get('k')).toBe(expected ?? '"loaded after"');
  });

  it('counts for its key only', async () => {
    const { load, open } = gate<string>();
    const answer = cache.getOrSet('k', load);
    await settled();
    await cache.set('other', 1);
    open('loaded');
    await answer;
    expect(await cache.get('k')).toBe('"loaded"');
  });
});

describe('what getOrSet refuses', () => {
  it('is what is no loader, whether or not it would be called', async () => {
    await cache.set('k', '1');
    for (const key of ['k', 'missing']) {
      await expect(cache.getOrSet(key, 'value' as never)).rejects.toThrow(
        `the loader of key "${key}": expected a function, got "value"`,
      );
    }
  });

  it.each<[string, unknown]>([
    ['ttl', { ttl: -1 }],
    ['ttl', { ttl: Number.NaN }],
    ['ttl', { ttl: 1.5 }],
    ['ttl', { ttl: '60' }],
    ['staleTtl', { staleTtl: -1 }],
    ['staleTtl', { staleTtl: Number.POSITIVE_INFINITY }],
    ['loadTimeout', { loadTimeout: 2 ** 31 }],
    ['stale', { stale: 1 }],
  ])('is a wrong %s, before anything is loaded', async (name, options) => {
    let loads = 0;
    const answer = cache.getOrSet('k', () => ++loads, options as GetOrSetOptions);
    await expect(answer).rejects.toThrow(new RegExp(`^getOrSet\\.${name}: `));
    expect(loads).toBe(0);
  });

  it('is a key that is no string, one that holds a hash, and what is not JSON', async () => {
    await expect(cache.getOrSet(1 as never, () => 1)).rejects.toThrow(TypeError);
    await cache.hset('h', 'f', 1);
    await expect(cache.getOrSet('h', () => 1)).rejects.toThrow('WRONGTYPE');
    await cache.set('text', 'not JSON');
    await expect(cache.getOrSet('text', () => 1)).rejects.toMatchObject({
      code: 'INVALID_JSON',
      message: 'the value of key "text" is not JSON',
    });
  });
});
