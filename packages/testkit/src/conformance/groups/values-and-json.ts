import assert from 'node:assert/strict';
import { REPLIES, rejectsWithReply, rejectsWithTypeError } from '../assertions.js';
import type { Suite } from '../bench.js';

const DATE = new Date(0);

/** Values that are no strings, each with the text that is stored. */
const ENCODED: readonly (readonly [string, unknown, string])[] = [
  ['an integer', 42, '42'],
  ['a negative integer', -42, '-42'],
  ['zero', 0, '0'],
  ['negative zero', -0, '0'],
  ['a fraction', 1.5, '1.5'],
  ['a huge number', 1e21, '1e+21'],
  ['an integer beyond 2^53', 2 ** 53 + 2, '9007199254740994'],
  ['true', true, 'true'],
  ['false', false, 'false'],
  ['null', null, 'null'],
  ['an object', { a: 1, b: ['ä', null] }, '{"a":1,"b":["ä",null]}'],
  ['an empty object', {}, '{}'],
  ['an array', [1, 'two', { three: 3 }], '[1,"two",{"three":3}]'],
  ['an empty array', [], '[]'],
  ['a date', DATE, JSON.stringify(DATE)],
  ['an object with toJSON', { toJSON: () => 'short' }, '"short"'],
  ['an object with undefined inside', { a: undefined, b: 1 }, '{"b":1}'],
];

const circular: { self?: unknown } = {};
circular.self = circular;

/** Values that nothing can be made of. */
const REFUSED: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['a BigInt', 1n],
  ['a BigInt inside', { a: 1n }],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a circular structure', circular],
  [
    'an object whose toJSON throws',
    {
      toJSON: () => {
        throw new Error('no');
      },
    },
  ],
  ['an object whose toJSON answers nothing', { toJSON: () => undefined }],
];

/** What is stored for values that are no strings, and how JSON is read back. */
export function valuesAndJson({ test }: Suite): void {
  for (const [what, value, text] of ENCODED) {
    test(`${what} is stored as ${text}`, async ({ cache, call }) => {
      await call('set', 'k', value);
      assert.equal(await cache.get('k'), text);
      await call('hset', 'h', 'f', value);
      assert.equal(await cache.hget('h', 'f'), text);
      await call('hset', 'r', { f: value });
      assert.equal(await cache.hget('r', 'f'), text);
      await call('mset', { m: value });
      assert.equal(await cache.get('m'), text);
    });
  }

  for (const [what, value] of REFUSED) {
    test(`${what} is refused with an error that names the key, and nothing is stored`, async (bench) => {
      const { cache, call } = bench;
      await rejectsWithTypeError(call('set', 'the-key', value), 'the-key');
      await rejectsWithTypeError(call('hset', 'the-hash', 'f', value), 'the-hash');
      await rejectsWithTypeError(call('hset', 'the-hash', { good: '1', f: value }), 'the-hash');
      await rejectsWithTypeError(call('mset', { good: '1', 'the-key': value }), 'the-key');
      await rejectsWithTypeError(call('mset', 'good', '1', 'the-key', value), 'the-key');
      assert.deepEqual(await cache.keys('*'), []);
    });
  }

  test('a number that was stored can be counted on', async ({ cache }) => {
    await cache.set('k', 41);
    assert.equal(await cache.incr('k'), 42);
    await cache.hset('h', { f: 41 });
    assert.equal(await cache.hincrby('h', 'f', 1), 42);
  });

  test('getJSON parses what is there', async ({ cache }) => {
    const value = { name: 'ä', list: [1, null, true], nested: { x: 1.5 } };
    await cache.set('k', value);
    assert.deepEqual(await cache.getJSON('k'), value);
    await cache.set('k', '  [1, 2]  ');
    assert.deepEqual(await cache.getJSON<number[]>('k'), [1, 2]);
    await cache.set('k', null);
    assert.equal(await cache.getJSON('k'), null);
    await cache.set('k', 7);
    assert.equal(await cache.getJSON('k'), 7);
  });

  test('getJSON of a missing key is null', async ({ cache }) => {
    assert.equal(await cache.getJSON('k'), null);
  });

  test('getJSON of text that is not JSON rejects with a coded error that names the key', async ({
    cache,
  }) => {
    for (const text of ['', 'plain', '{"a":']) {
      await cache.set('the-key', text);
      await assert.rejects(cache.getJSON('the-key'), (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.equal((error as { code?: unknown }).code, 'INVALID_JSON');
        assert.ok(error.message.includes('the-key'), error.message);
        assert.ok(error.cause instanceof SyntaxError);
        return true;
      });
    }
  });

  test('getJSON of a hash is the error of Redis', async ({ cache }) => {
    await cache.hset('k', 'f', '{}');
    await rejectsWithReply(cache.getJSON('k'), REPLIES.wrongType);
  });

  test('a lone surrogate becomes the character that stands for what cannot be written', async ({
    cache,
  }) => {
    await cache.set('k', 'a\ud800b');
    assert.equal(await cache.get('k'), 'a\ufffdb');
    await cache.set('\udc00', 'v');
    assert.equal(await cache.get('\ufffd'), 'v');
  });
}
