import { describe, expect, it } from 'vitest';
import { ReplyError, readCommand } from '../src/index.js';

describe('readCommand', () => {
  it('reads every shape of set into one', () => {
    const plain = readCommand.set('k', 'v', []);
    expect(plain).toEqual({
      name: 'set',
      key: 'k',
      value: 'v',
      ttl: undefined,
      deadline: undefined,
      keepTtl: false,
      nx: false,
      xx: false,
      get: false,
    });
    expect(readCommand.set('k', 'v', [undefined])).toEqual(plain);
    expect(readCommand.set('k', 'v', [5000])).toEqual({ ...plain, ttl: 5000 });
    expect(readCommand.set('k', 'v', ['EX', 5, 'nx'])).toEqual({ ...plain, ttl: 5000, nx: true });
    expect(readCommand.set('k', 'v', ['GET', 'PXAT', '99'])).toEqual({
      ...plain,
      deadline: 99,
      get: true,
    });
    expect(readCommand.set('k', 'v', [{ ttl: 5000, xx: true, get: true }])).toEqual({
      ...plain,
      ttl: 5000,
      xx: true,
      get: true,
    });
  });

  it.each<[string, unknown[]]>([
    ['NX and XX', ['NX', 'XX']],
    ['two expiries', ['EX', 5, 'PX', 5]],
    ['a TTL and KEEPTTL', ['KEEPTTL', 'EX', 5]],
    ['an unknown word', ['FOO']],
    ['a missing number', ['EX']],
    ['words after a number', [5, 'NX']],
  ])('gives the syntax error of Redis for %s', (_, rest) => {
    expect(() => readCommand.set('k', 'v', rest)).toThrow(new ReplyError('ERR syntax error'));
  });

  it.each([new Date(0), [], new Map(), Object(5), ['EX', 5]])(
    'refuses %s as the options of set',
    (options) => {
      expect(() => readCommand.set('k', 'v', [options])).toThrow(
        /^the third argument of set must be/,
      );
      expect(readCommand.set('k', 'v', [Object.assign(Object.create(null), { nx: true })]).nx).toBe(
        true,
      );
    },
  );

  it('refuses a second mode of expire', () => {
    expect(() => readCommand.expire('k', 5, 'XX', ['GT'])).toThrow(
      new TypeError('expire takes one mode, got "GT" as well'),
    );
    expect(() => readCommand.pexpire('k', 5, 'XX', ['GT'])).toThrow(TypeError);
    expect(readCommand.expire('k', 5, 'XX', [])).toMatchObject({ ms: 5000, mode: 'XX' });
  });

  it.each([0, -1, 2 ** 62])('gives the expire error of Redis for a ttl of %d', (ttl) => {
    const message = "ERR invalid expire time in 'set' command";
    if (ttl <= 0) expect(() => readCommand.set('k', 'v', [ttl])).toThrow(new ReplyError(message));
    else expect(() => readCommand.set('k', 'v', ['EX', ttl])).toThrow(new ReplyError(message));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, null, true, {}.valueOf.name, '1.5', 'abc'])(
    'refuses %s where an integer is due',
    (value) => {
      expect(() => readCommand.incrby('k', value)).toThrow(TypeError);
      expect(() => readCommand.expire('k', value, undefined)).toThrow(TypeError);
    },
  );

  it('counts integers beyond 2^53 at their exact value', () => {
    expect(readCommand.incrby('k', 2 ** 60)).toMatchObject({ by: 2n ** 60n });
    expect(readCommand.decrby('k', 2 ** 60)).toMatchObject({ by: -(2n ** 60n) });
    expect(() => readCommand.incrby('k', 2 ** 63)).toThrow(
      new ReplyError('ERR value is not an integer or out of range'),
    );
    expect(() => readCommand.decrby('k', -(2 ** 63))).toThrow(
      new ReplyError('ERR decrement would overflow'),
    );
    expect(readCommand.incrby('k', -(2 ** 63))).toMatchObject({ by: -(2n ** 63n) });
  });

  it.each([undefined, () => 1, Symbol('s'), 1n, Number.NaN, { nested: 1n }])(
    'refuses the value %s and names the key',
    (value) => {
      expect(() => readCommand.set('user:1', value, [])).toThrow(/user:1/);
      expect(() => readCommand.set('user:1', value, [])).toThrow(TypeError);
    },
  );

  it('refuses a circular value and names the key', () => {
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    expect(() => readCommand.hset('user:1', ['f', ring])).toThrow(/user:1/);
  });

  it('reads pairs from records, maps, entries and flat lists alike', () => {
    const pairs = ['a', '1', 'b', '{"x":2}'];
    for (const shape of [
      [{ a: 1, b: { x: 2 } }],
      [new Map<string, unknown>(Object.entries({ a: '1', b: { x: 2 } }))],
      [
        [
          ['a', 1],
          ['b', { x: 2 }],
        ],
      ],
      [['a', 1, 'b', { x: 2 }]],
      ['a', 1, 'b', { x: 2 }],
    ]) {
      expect(readCommand.mset(shape).pairs).toEqual(pairs);
      expect(readCommand.hset('k', shape).pairs).toEqual(pairs);
    }
  });

  it('keeps the names that JavaScript makes dangerous', () => {
    const record = JSON.parse('{"__proto__":"1","constructor":"2","":"3"}');
    expect(readCommand.mset([record]).pairs).toEqual([
      '__proto__',
      '1',
      'constructor',
      '2',
      '',
      '3',
    ]);
  });

  it.each<[string, () => unknown]>([
    ['del', () => readCommand.del([])],
    ['mget', () => readCommand.mget([[]])],
    ['mset', () => readCommand.mset([{}])],
    ['hset', () => readCommand.hset('k', ['f'])],
    ['hdel', () => readCommand.hdel('k', [])],
  ])('gives the arity error of Redis for %s', (name, call) => {
    expect(call).toThrow(new ReplyError(`ERR wrong number of arguments for '${name}' command`));
  });

  it('turns lone surrogates into what the wire would carry', () => {
    expect(readCommand.get('a\ud800').key).toBe('a\ufffd');
  });
});
