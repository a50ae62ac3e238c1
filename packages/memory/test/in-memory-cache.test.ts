import { ReplyError } from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { addIntegers, parseDecimal } from '../src/decimal.js';
import { InMemoryCache } from '../src/index.js';

describe('InMemoryCache', () => {
  it('is usable from construction on', async () => {
    const cache = new InMemoryCache();
    expect(await cache.set('k', { a: 1 })).toBe('OK');
    expect(await cache.getJSON('k')).toEqual({ a: 1 });
    expect(await cache.ping()).toMatchObject({ writable: true });
  });

  it('rejects rather than throws', async () => {
    const cache = new InMemoryCache();
    await expect(cache.get(1 as never)).rejects.toThrow(TypeError);
    await expect(cache.set('k', undefined as never)).rejects.toThrow(/"k"/);
    await expect(cache.hget('k', 1 as never)).rejects.toThrow(TypeError);
    await cache.hset('h', 'f', 'v');
    await expect(cache.get('h')).rejects.toThrow(ReplyError);
    await expect(cache.incr('h')).rejects.toThrow('WRONGTYPE');
    await expect(cache.del()).rejects.toThrow('wrong number of arguments');
  });

  it('answers with records that are plain objects, whatever the fields are called', () => {
    const cache = new InMemoryCache();
    const fields = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '한'];
    for (const field of fields) cache.sync.hset('h', field, field);
    const record = cache.sync.hgetall('h');
    expect(Object.keys(record).sort()).toEqual([...fields].sort());
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(cache.sync.hgetall('missing')).toEqual({});
  });

  it('keeps hashes of 100,000 fields, values of 50 MB and keys of 1 MB', () => {
    const cache = new InMemoryCache();
    const fields = new Map(Array.from({ length: 100_000 }, (_, i) => [`f${i}`, String(i)]));
    expect(cache.sync.hset('h', fields)).toBe(100_000);
    expect(cache.sync.hlen('h')).toBe(100_000);
    expect(cache.sync.hincrby('h', 'f99999', 1)).toBe(100_000);
    expect(Object.keys(cache.sync.hgetall('h'))).toHaveLength(100_000);
    const long = 'k'.repeat(1_000_000);
    cache.sync.set(long, 'v'.repeat(50_000_000));
    expect(cache.sync.get(long)).toHaveLength(50_000_000);
    expect(cache.sync.del(long, 'h')).toBe(2);
  });

  it('finds a key with a lone surrogate under the name that the wire gives it', () => {
    const cache = new InMemoryCache();
    cache.sync.set('a\ud800', 'v');
    expect(cache.sync.get('a\ud800')).toBe('v');
    expect(cache.sync.get('a\ufffd')).toBe('v');
    expect(cache.sync.get('b\ud800')).toBeNull();
  });

  it('comes to the end of a scan that writes as it goes', async () => {
    const cache = new InMemoryCache();
    await cache.mset({ 'job:1': 'a', 'job:2': 'b', log: '' });
    let seen = 0;
    const move = (key: string) => {
      cache.sync.del(key);
      cache.sync.set(`log:${seen}`, 'x');
      cache.sync.set(key, 'again');
      if (++seen > 100) throw new Error('it never ends');
    };
    for await (const key of cache.scan('job:*')) move(key);
    for (const key of cache.sync.scan('job:*')) move(key);
    expect(await cache.keys('job:*')).toHaveLength(2);
  });

  it('deletes as many keys as can be named', async () => {
    const cache = new InMemoryCache({ maxSize: 80_000 });
    const keys = Array.from({ length: 80_000 }, (_, i) => `k${i}`);
    for (const key of keys) cache.sync.set(key, 'v');
    expect(await cache.del(...keys)).toBe(keys.length);
    expect(cache.size()).toBe(0);
  });

  it('scans many keys in steps', async () => {
    const cache = new InMemoryCache({ maxSize: 20_000 });
    for (let i = 0; i < 10_000; i++) cache.sync.set(`k${i}`, 'v');
    let seen = 0;
    for await (const key of cache.scan('k*')) if (key) seen++;
    expect(seen).toBe(10_000);
    expect(() => cache.scan(1 as never)).toThrow(TypeError);
    expect(() => cache.sync.scan(1 as never)).toThrow(TypeError);
  });

  it('counts exactly to the edge of 64 bits', () => {
    const cache = new InMemoryCache();
    cache.sync.set('n', '9223372036854775806');
    expect(cache.sync.incr('n')).toBe(Number(9223372036854775807n));
    expect(cache.sync.get('n')).toBe('9223372036854775807');
    expect(() => cache.sync.incr('n')).toThrow('ERR increment or decrement would overflow');
    expect(cache.sync.decrby('n', '9223372036854775807')).toBe(0);
  });
});

describe('cache.sync', () => {
  it('answers every command as the promises do', async () => {
    const calls: [string, ...unknown[]][] = [
      ['set', 'k', 'v'],
      ['set', 'k', 5, 'EX', 60, 'GET'],
      ['set', 'k', 5, { nx: true }],
      ['get', 'k'],
      ['getJSON', 'k'],
      ['incr', 'k'],
      ['incrby', 'k', 5],
      ['decr', 'k'],
      ['decrby', 'k', 2],
      ['expire', 'k', 60, 'GT'],
      ['pexpire', 'k', 5000],
      ['ttl', 'k'],
      ['persist', 'k'],
      ['pttl', 'k'],
      ['mset', { a: 1, b: 2 }],
      ['mset', 'a', 1, 'b', 2],
      ['mget', ['a', 'b', 'c']],
      ['exists', 'a', 'a'],
      ['hset', 'h', 'f', 1, 'g', 2],
      ['hset', 'h', { f: 3, i: 4 }],
      ['hget', 'h', 'f'],
      ['hmget', 'h', 'f', 'x'],
      ['hexists', 'h', 'f'],
      ['hincrby', 'h', 'f', 5],
      ['hlen', 'h'],
      ['hgetall', 'h'],
      ['hdel', 'h', ['f', 'g']],
      ['type', 'h'],
      ['del', ['a', 'x']],
      ['del', 'b'],
      ['keys', '*'],
      ['flushall'],
      ['get', 'k'],
      ['getJSON', 'k'],
    ];
    const clock = new FakeClock();
    const one = new InMemoryCache({ clock });
    const other = new InMemoryCache({ clock });
    const promises = one as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const direct = other.sync as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const [name, ...args] of calls) {
      expect([name, direct[name]?.(...args)]).toEqual([name, await promises[name]?.(...args)]);
    }
  });

  it('throws what the promises reject with', () => {
    const { sync } = new InMemoryCache();
    sync.hset('h', 'f', 'text');
    sync.set('s', 'text');
    expect(() => sync.get('h')).toThrow('WRONGTYPE');
    expect(() => sync.hincrby('h', 'f', 1)).toThrow('ERR hash value is not an integer');
    expect(() => sync.incr('s')).toThrow('ERR value is not an integer or out of range');
    expect(() => sync.getJSON('s')).toThrow(expect.objectContaining({ code: 'INVALID_JSON' }));
    expect(() => sync.set('s', 'v', 0)).toThrow("ERR invalid expire time in 'set' command");
    expect(() => sync.set('s', 'v', 1.5)).toThrow(TypeError);
    expect(() => sync.set(1 as never, 'v')).toThrow(TypeError);
    expect(() => sync.del(1 as never)).toThrow(TypeError);
  });

  it('is typed', () => {
    const { sync } = new InMemoryCache();
    expectTypeOf(sync.set('k', 'v')).toEqualTypeOf<'OK'>();
    expectTypeOf(sync.get('k')).toEqualTypeOf<string | null>();
    expectTypeOf(sync.getJSON<number>).returns.toEqualTypeOf<number | null>();
  });
});

describe('integers', () => {
  it('are read as strictly as Redis reads them', () => {
    for (const text of ['', ' 1', '1 ', '+1', '01', '-0', '1.0', '1e3', '0x1', 'Infinity', '１']) {
      expect(parseDecimal(text), text).toBeUndefined();
    }
    for (const text of ['9223372036854775808', '-9223372036854775809', '99999999999999999999']) {
      expect(parseDecimal(text), text).toBeUndefined();
    }
  });

  it('are read back as they were written, and added exactly', () => {
    const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const [x, y] = [parseDecimal(String(a))!, parseDecimal(String(b))!];
        expect(BigInt(x)).toBe(a);
        const sum = a + b;
        if (sum >= -(2n ** 63n) && sum < 2n ** 63n) expect(BigInt(addIntegers(x, y))).toBe(sum);
        else expect(() => addIntegers(x, y)).toThrow('overflow');
      }),
    );
  });
});
