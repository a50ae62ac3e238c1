import assert from 'node:assert/strict';
import { collect, REPLIES, rejectsWithReply, rejectsWithTypeError } from '../assertions.js';
import type { Suite } from '../bench.js';

const NO_STRINGS: readonly unknown[] = [undefined, null, 1, true, {}, Symbol('s'), 5n, () => 'k'];
const NO_INTEGERS: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1.5,
  '',
  'x',
  '1.5',
  '+1',
  ' 1',
  '1e3',
  '01',
  '0x10',
  true,
  {},
  [],
  [1],
  Symbol('s'),
];

/** Each command that takes one key, with good arguments for the rest. */
const KEYED: readonly (readonly [string, ...unknown[]])[] = [
  ['get'],
  ['getJSON'],
  ['set', 'v'],
  ['expire', 1],
  ['pexpire', 1],
  ['persist'],
  ['ttl'],
  ['pttl'],
  ['hget', 'f'],
  ['hset', 'f', 'v'],
  ['hset', { f: 'v' }],
  ['hdel', 'f'],
  ['hexists', 'f'],
  ['hgetall'],
  ['hmget', 'f'],
  ['hlen'],
  ['hincrby', 'f', 1],
  ['incr'],
  ['incrby', 1],
  ['decr'],
  ['decrby', 1],
  ['type'],
];

const LISTED = ['del', 'exists', 'mget'];
const FIELDED: readonly (readonly [string, ...unknown[]])[] = [
  ['hget'],
  ['hexists'],
  ['hincrby', 1],
  ['hdel'],
  ['hmget'],
];

/** Calls whose number of arguments is wrong, each with the command that Redis names. */
const WRONG_NUMBER: readonly (readonly [string, readonly unknown[]])[] = [
  ['del', []],
  ['del', [[]]],
  ['del', [[], []]],
  ['exists', []],
  ['exists', [[]]],
  ['mget', []],
  ['mget', [[]]],
  ['hdel', ['k']],
  ['hdel', ['k', []]],
  ['hmget', ['k']],
  ['hmget', ['k', []]],
  ['hset', ['k']],
  ['hset', ['k', {}]],
  ['hset', ['k', []]],
  ['hset', ['k', new Map()]],
  ['hset', ['k', 'f']],
  ['hset', ['k', 'f', 'v', 'g']],
  ['hset', ['k', ['f', 'v', 'g']]],
  ['mset', []],
  ['mset', [{}]],
  ['mset', [[]]],
  ['mset', [new Map()]],
  ['mset', ['a']],
  ['mset', ['a', '1', 'b']],
  ['mset', [['a', '1', 'b']]],
];

/** Words after the value of `set` that Redis calls a syntax error. */
const SYNTAX_ERRORS: readonly (readonly unknown[])[] = [
  ['FOO'],
  ['EX'],
  ['PX'],
  ['EXAT'],
  ['PXAT'],
  ['NX', 'XX'],
  ['XX', 'NX'],
  ['EX', 10, 'PX', 10],
  ['EX', 10, 'KEEPTTL'],
  ['KEEPTTL', 'EX', 10],
  ['EX', 10, 'FOO'],
  ['NX', 'EX'],
  ['NX', 10],
  ['EX', 0, 'NX', 'XX'],
  [''],
  ['PERSIST'],
  [1000, 'NX'],
  [{ nx: true }, 'XX'],
  [{ nx: true, xx: true }],
  [{ nx: true, xx: true, ttl: 0 }],
  [{ ttl: 10, keepTtl: true }],
];

/** A wrong argument is refused before anything is sent: a `TypeError`, or what Redis would say. */
export function badArguments({ test }: Suite): void {
  for (const [command, ...rest] of KEYED) {
    test(`${command} refuses a key that is not a string`, async ({ cache, call }) => {
      for (const key of NO_STRINGS) await rejectsWithTypeError(call(command, key, ...rest), 'key');
      assert.deepEqual(await cache.keys('*'), []);
    });
  }

  for (const command of LISTED) {
    test(`${command} refuses a key that is not a string, and leaves the others alone`, async ({
      cache,
      call,
    }) => {
      await cache.set('good', 'v');
      for (const key of NO_STRINGS) {
        await rejectsWithTypeError(call(command, 'good', key), 'key');
        await rejectsWithTypeError(call(command, ['good', key]), 'key');
      }
      await rejectsWithTypeError(call(command, [['good']]), 'key');
      assert.equal(await cache.get('good'), 'v');
    });
  }

  for (const [command, ...rest] of FIELDED) {
    test(`${command} refuses a field that is not a string`, async ({ cache, call }) => {
      await cache.hset('k', 'f', '1');
      for (const field of NO_STRINGS) {
        await rejectsWithTypeError(call(command, 'k', field, ...rest), 'field');
      }
      assert.equal(await cache.hget('k', 'f'), '1');
    });
  }

  test('hset and mset refuse names that are not strings, and set nothing', async ({
    cache,
    call,
  }) => {
    for (const name of NO_STRINGS) {
      await rejectsWithTypeError(call('hset', 'k', 'f', 'v', name, 'w'), 'field');
      await rejectsWithTypeError(
        call(
          'hset',
          'k',
          new Map([
            ['f', 'v'],
            [name, 'w'],
          ] as [unknown, string][]),
        ),
        'field',
      );
      await rejectsWithTypeError(call('mset', 'a', 'v', name, 'w'), 'key');
      await rejectsWithTypeError(
        call('mset', [
          ['a', 'v'],
          [name, 'w'],
        ]),
        'key',
      );
    }
    for (const entries of [1, true, null, undefined, Symbol('s')]) {
      await rejectsWithTypeError(call('hset', 'k', entries), 'field');
      await rejectsWithTypeError(call('mset', entries), 'key');
    }
    assert.deepEqual(await cache.keys('*'), []);
  });

  test('keys and scan refuse a pattern that is not a string', async ({ call }) => {
    for (const pattern of NO_STRINGS) {
      await rejectsWithTypeError(call('keys', pattern), 'pattern');
      if (pattern === undefined) continue;
      const scan = async () => collect((await call('scan', pattern)) as AsyncIterable<string>);
      await rejectsWithTypeError(scan(), 'pattern');
    }
  });

  for (const [command, args] of WRONG_NUMBER) {
    const shown = args
      .map((arg) => (arg instanceof Map ? 'new Map()' : JSON.stringify(arg)))
      .join(', ');
    test(`${command}(${shown}) has a wrong number of arguments`, async ({ cache, call }) => {
      await rejectsWithReply(call(command, ...args), REPLIES.arity(command));
      assert.deepEqual(await cache.keys('*'), []);
    });
  }

  for (const command of ['incrby', 'decrby', 'hincrby', 'expire', 'pexpire']) {
    test(`${command} refuses what is not an integer`, async ({ cache, call }) => {
      const before = command === 'hincrby' ? ['k', 'f'] : ['k'];
      for (const amount of NO_INTEGERS) {
        await assert.rejects(call(command, ...before, amount), TypeError);
      }
      assert.deepEqual(await cache.keys('*'), []);
    });
  }

  test('set refuses a time to live that is not an integer', async ({ cache, call }) => {
    for (const ttl of NO_INTEGERS) {
      await assert.rejects(call('set', 'k', 'v', 'EX', ttl), TypeError);
      if (ttl === undefined) continue;
      await assert.rejects(call('set', 'k', 'v', { ttl }), TypeError);
      // As the third argument text is a word of Redis's, and an object holds options.
      if (typeof ttl === 'string' || typeof ttl === 'object') continue;
      await assert.rejects(call('set', 'k', 'v', ttl), TypeError);
    }
    assert.deepEqual(await cache.keys('*'), []);
  });

  test('a time to live of zero or less is an invalid expire time', async ({ cache, call }) => {
    const message = REPLIES.expireTime('set');
    for (const ttl of [0, -1, -1000]) {
      await rejectsWithReply(call('set', 'k', 'v', ttl), message);
      await rejectsWithReply(call('set', 'k', 'v', { ttl }), message);
      for (const word of ['EX', 'PX', 'EXAT', 'PXAT']) {
        await rejectsWithReply(call('set', 'k', 'v', word, ttl), message);
        await rejectsWithReply(call('set', 'k', 'v', word, String(ttl)), message);
      }
    }
    assert.equal(await cache.exists('k'), 0);
  });

  test('a time beyond 64 bits is what Redis calls it', async ({ cache, call }) => {
    await cache.set('k', 'v');
    const max = 9223372036854775807n;
    await rejectsWithReply(call('set', 'k', 'v', 'PX', max), REPLIES.expireTime('set'));
    await rejectsWithReply(call('set', 'k', 'v', 'EX', max / 1000n), REPLIES.expireTime('set'));
    await rejectsWithReply(call('set', 'k', 'v', 'EXAT', max), REPLIES.expireTime('set'));
    await rejectsWithReply(call('expire', 'k', max), REPLIES.expireTime('expire'));
    await rejectsWithReply(call('expire', 'k', -max), REPLIES.expireTime('expire'));
    await rejectsWithReply(call('pexpire', 'k', max), REPLIES.expireTime('pexpire'));
    await rejectsWithReply(call('set', 'k', 'v', 'EX', 2 ** 63), REPLIES.notInteger);
    await rejectsWithReply(call('expire', 'k', 2 ** 63), REPLIES.notInteger);
    await rejectsWithReply(call('pexpire', 'k', max + 1n), REPLIES.notInteger);
    assert.equal(await cache.pttl('k'), -1);
  });

  for (const words of SYNTAX_ERRORS) {
    test(`set(key, value, ${words.map((word) => JSON.stringify(word)).join(', ')}) is a syntax error`, async (bench) => {
      await rejectsWithReply(bench.call('set', 'k', 'v', ...words), REPLIES.syntax);
      assert.equal(await bench.cache.exists('k'), 0);
    });
  }

  test('set refuses options that it does not know, or of another type', async ({ cache, call }) => {
    await rejectsWithTypeError(call('set', 'k', 'v', { px: 5 }), 'px');
    await rejectsWithTypeError(call('set', 'k', 'v', { TTL: 5 }), 'TTL');
    await rejectsWithTypeError(call('set', 'k', 'v', { nx: 1 }), 'nx');
    await rejectsWithTypeError(call('set', 'k', 'v', { xx: 'yes' }), 'xx');
    await rejectsWithTypeError(call('set', 'k', 'v', { get: null }), 'get');
    await rejectsWithTypeError(call('set', 'k', 'v', { keepTtl: 0 }), 'keepTtl');
    assert.equal(await cache.exists('k'), 0);
  });

  test('expire refuses modes that it does not know', async ({ cache, call }) => {
    await cache.set('k', 'v');
    for (const command of ['expire', 'pexpire']) {
      await rejectsWithReply(call(command, 'k', 10, 'FOO'), 'ERR Unsupported option FOO');
      await rejectsWithReply(call(command, 'none', 10, ''), 'ERR Unsupported option ');
      await rejectsWithTypeError(call(command, 'k', 10, 5), 'mode');
      await rejectsWithTypeError(call(command, 'k', 10, null), 'mode');
    }
    assert.equal(await cache.pttl('k'), -1);
  });
}
