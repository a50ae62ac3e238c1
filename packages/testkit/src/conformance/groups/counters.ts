import assert from 'node:assert/strict';
import { REPLIES, rejectsWithReply } from '../assertions.js';
import type { Suite } from '../bench.js';

const MAX = '9223372036854775807';
const MIN = '-9223372036854775808';

/** What Redis does not take for an integer, though JavaScript might. */
const NOT_INTEGERS = [
  '',
  ' ',
  'x',
  '1.0',
  '1.5',
  ' 1',
  '1 ',
  '+1',
  '01',
  '-0',
  '-01',
  '0x10',
  '1e3',
  '1e+21',
  `${MAX}0`,
  '9223372036854775808',
];

/** `incr`, `incrby`, `decr`, `decrby`, `hincrby`, up to the edges of 64 bits. */
export function counters({ test }: Suite): void {
  test('a missing counter starts at zero', async ({ cache }) => {
    assert.equal(await cache.incr('a'), 1);
    assert.equal(await cache.decr('b'), -1);
    assert.equal(await cache.incrby('c', 5), 5);
    assert.equal(await cache.decrby('d', 5), -5);
    assert.equal(await cache.hincrby('h', 'f', -7), -7);
  });

  test('counters count, and are strings', async ({ cache }) => {
    await cache.set('k', '10');
    assert.equal(await cache.incr('k'), 11);
    assert.equal(await cache.incrby('k', 9), 20);
    assert.equal(await cache.decr('k'), 19);
    assert.equal(await cache.decrby('k', 20), -1);
    assert.equal(await cache.incrby('k', -1), -2);
    assert.equal(await cache.decrby('k', -3), 1);
    assert.equal(await cache.incrby('k', 0), 1);
    assert.equal(await cache.get('k'), '1');
    assert.equal(await cache.type('k'), 'string');
  });

  test('a field counts for itself', async ({ cache }) => {
    await cache.hset('k', { f: '10', g: 'text' });
    assert.equal(await cache.hincrby('k', 'f', 5), 15);
    assert.equal(await cache.hincrby('k', 'f', -20), -5);
    assert.equal(await cache.hincrby('k', 'new', 1), 1);
    assert.deepEqual(await cache.hmget('k', 'f', 'g', 'new'), ['-5', 'text', '1']);
  });

  test('adding nothing to a missing counter makes it zero', async ({ cache }) => {
    assert.equal(await cache.incrby('k', 0), 0);
    assert.equal(await cache.get('k'), '0');
    assert.equal(await cache.hincrby('h', 'f', 0), 0);
    assert.equal(await cache.hget('h', 'f'), '0');
  });

  for (const text of NOT_INTEGERS) {
    test(`${JSON.stringify(text)} does not count`, async ({ cache }) => {
      await cache.set('k', text);
      await rejectsWithReply(cache.incr('k'), REPLIES.notInteger);
      await rejectsWithReply(cache.decrby('k', 2), REPLIES.notInteger);
      assert.equal(await cache.get('k'), text);
      await cache.hset('h', 'f', text);
      await rejectsWithReply(cache.hincrby('h', 'f', 1), REPLIES.hashNotInteger);
      assert.equal(await cache.hget('h', 'f'), text);
    });
  }

  test('counting is exact up to both ends of 64 bits', async ({ cache }) => {
    await cache.set('k', '9223372036854775805');
    assert.equal(await cache.incr('k'), Number(MAX));
    assert.equal(await cache.get('k'), '9223372036854775806');
    await cache.incr('k');
    assert.equal(await cache.get('k'), MAX);
    await cache.set('k', '-9223372036854775807');
    await cache.decr('k');
    assert.equal(await cache.get('k'), MIN);
    await cache.incrby('k', MAX);
    assert.equal(await cache.get('k'), '-1');
  });

  test('past the ends there is an error, and nothing changes', async ({ cache }) => {
    await cache.set('k', MAX);
    await rejectsWithReply(cache.incr('k'), REPLIES.overflow);
    await rejectsWithReply(cache.incrby('k', MAX), REPLIES.overflow);
    await rejectsWithReply(cache.decrby('k', -1), REPLIES.overflow);
    assert.equal(await cache.get('k'), MAX);
    await cache.set('k', MIN);
    await rejectsWithReply(cache.decr('k'), REPLIES.overflow);
    await rejectsWithReply(cache.incrby('k', MIN), REPLIES.overflow);
    assert.equal(await cache.get('k'), MIN);
  });

  test('fields have the same ends', async ({ cache }) => {
    await cache.hset('k', { max: MAX, min: MIN });
    await rejectsWithReply(cache.hincrby('k', 'max', 1), REPLIES.overflow);
    await rejectsWithReply(cache.hincrby('k', 'min', -1), REPLIES.overflow);
    await cache.hincrby('k', 'max', -1);
    await cache.hincrby('k', 'min', 1);
    assert.deepEqual(await cache.hmget('k', 'max', 'min'), [
      '9223372036854775806',
      '-9223372036854775807',
    ]);
  });

  test('the smallest integer cannot be subtracted', async ({ cache }) => {
    await rejectsWithReply(cache.decrby('k', MIN), REPLIES.decrementOverflow);
    assert.equal(await cache.exists('k'), 0);
    await cache.decrby('k', '-9223372036854775807');
    assert.equal(await cache.get('k'), MAX);
  });

  test('numbers beyond 2^53, bigints and decimal text count at their exact value', async ({
    cache,
  }) => {
    await cache.incrby('a', 2 ** 53 + 2);
    assert.equal(await cache.get('a'), '9007199254740994');
    await cache.incrby('b', 9007199254740993n);
    assert.equal(await cache.get('b'), '9007199254740993');
    await cache.incrby('c', '9007199254740993');
    assert.equal(await cache.get('c'), '9007199254740993');
    await cache.decrby('d', 2 ** 62);
    assert.equal(await cache.get('d'), '-4611686018427387904');
    await cache.hincrby('h', 'f', -9007199254740993n);
    assert.equal(await cache.hget('h', 'f'), '-9007199254740993');
  });

  test('an increment that does not fit into 64 bits gets the error of Redis', async ({ cache }) => {
    for (const by of [2 ** 63, -(2 ** 64), 9223372036854775808n, '9223372036854775808'] as const) {
      await rejectsWithReply(cache.incrby('k', by), REPLIES.notInteger);
      await rejectsWithReply(cache.decrby('k', by), REPLIES.notInteger);
      await rejectsWithReply(cache.hincrby('h', 'f', by), REPLIES.notInteger);
    }
    assert.equal(await cache.exists('k', 'h'), 0);
  });
}
