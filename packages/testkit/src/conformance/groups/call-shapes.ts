import assert from 'node:assert/strict';
import { equalHash, isRemaining } from '../assertions.js';
import type { Suite } from '../bench.js';

/** The ways to call that ioredis accepts, too, so that code written for it runs on. */
export function callShapes({ test }: Suite): void {
  test('keys and fields may come in arrays, alone or mixed', async ({ cache }) => {
    await cache.mset({ a: '1', b: '2', c: '3' });
    assert.deepEqual(await cache.mget(['a', 'b']), ['1', '2']);
    assert.deepEqual(await cache.mget('a', ['b', 'c']), ['1', '2', '3']);
    assert.equal(await cache.exists(['a', 'b'], 'a'), 3);
    assert.equal(await cache.del(['a', 'b'], ['c']), 3);
    await cache.hset('h', { f: '1', g: '2', h: '3' });
    assert.deepEqual(await cache.hmget('h', ['f', 'g']), ['1', '2']);
    assert.equal(await cache.hdel('h', ['f', 'g'], 'h'), 3);
  });

  test('an empty array beside something else is nothing', async ({ cache }) => {
    await cache.set('a', '1');
    assert.deepEqual(await cache.mget([], 'a'), ['1']);
    assert.equal(await cache.del('a', []), 1);
  });

  test('hset takes a record, a Map, entries, a list, or arguments in turn', async ({
    cache,
    call,
  }) => {
    const expected = [
      ['f', '1'],
      ['g', '2'],
    ] as const;
    const shapes: readonly (readonly unknown[])[] = [
      [{ f: '1', g: '2' }],
      [new Map(expected)],
      [expected],
      [['f', '1', 'g', '2']],
      ['f', '1', 'g', '2'],
    ];
    for (const [i, shape] of shapes.entries()) {
      assert.equal(await call('hset', `h${i}`, ...shape), 2);
      equalHash(await cache.hgetall(`h${i}`), expected);
    }
  });

  test('mset takes a record, a Map, entries, a list, or arguments in turn', async ({
    cache,
    call,
  }) => {
    const entries = [
      ['a', '1'],
      ['b', '2'],
    ] as const;
    const shapes: readonly (readonly unknown[])[] = [
      [{ a: '1', b: '2' }],
      [new Map(entries)],
      [entries],
      [['a', '1', 'b', '2']],
      ['a', '1', 'b', '2'],
    ];
    for (const shape of shapes) {
      await cache.flushall();
      assert.equal(await call('mset', ...shape), 'OK');
      assert.deepEqual(await cache.mget('a', 'b'), ['1', '2']);
    }
  });

  test('set takes EX and PX', async ({ cache }) => {
    assert.equal(await cache.set('k', 'v', 'EX', 100), 'OK');
    const seconds = await cache.pttl('k');
    assert.ok(seconds > 5_000);
    isRemaining(seconds, 100_000);
    assert.equal(await cache.set('k', 'v', 'PX', 5_000), 'OK');
    isRemaining(await cache.pttl('k'), 5_000);
  });

  test('set takes EXAT and PXAT', async ({ cache, now }) => {
    const at = Math.floor(now() / 1000) + 100;
    assert.equal(await cache.set('k', 'v', 'EXAT', at), 'OK');
    isRemaining(await cache.pttl('k'), 101_000);
    assert.equal(await cache.set('k', 'v', 'PXAT', at * 1000 - 50_000), 'OK');
    isRemaining(await cache.pttl('k'), 51_000);
  });

  test('set takes KEEPTTL', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    assert.equal(await cache.set('k', 'w', 'KEEPTTL'), 'OK');
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('set takes NX, XX and GET', async ({ cache }) => {
    assert.equal(await cache.set('k', 'one', 'XX'), null);
    assert.equal(await cache.set('k', 'one', 'NX'), 'OK');
    assert.equal(await cache.set('k', 'two', 'NX'), null);
    assert.equal(await cache.set('k', 'two', 'XX'), 'OK');
    assert.equal(await cache.set('k', 'three', 'GET'), 'two');
    assert.equal(await cache.set('k', 'four', 'NX', 'GET'), 'three');
    assert.equal(await cache.get('k'), 'three');
  });

  test("set's words come in any order and any case, numbers as text as well", async ({ cache }) => {
    assert.equal(await cache.set('k', 'v', 'nx', 'ex', '100'), 'OK');
    isRemaining(await cache.pttl('k'), 100_000);
    assert.equal(await cache.set('k', 'w', 'Px', '5000', 'Xx', 'get'), 'v');
    isRemaining(await cache.pttl('k'), 5_000);
    assert.equal(await cache.set('k', 'x', 'GET', 'KeepTtl', 'XX'), 'w');
    isRemaining(await cache.pttl('k'), 5_000);
  });

  test('of a time to live given twice in the same word the last one counts', async ({ cache }) => {
    assert.equal(await cache.set('k', 'v', 'PX', 100_000, 'PX', 5_000), 'OK');
    isRemaining(await cache.pttl('k'), 5_000);
    assert.equal(await cache.set('k', 'w', 'KEEPTTL', 'KEEPTTL'), 'OK');
    isRemaining(await cache.pttl('k'), 5_000);
  });

  test('a condition may be given twice', async ({ cache }) => {
    assert.equal(await cache.set('k', 'v', 'NX', 'NX'), 'OK');
    assert.equal(await cache.set('k', 'v', 'GET', 'GET'), 'v');
  });

  test('times and increments may be decimal text', async ({ cache, call }) => {
    await cache.set('k', '1');
    assert.equal(await call('expire', 'k', '100'), 1);
    isRemaining(await cache.pttl('k'), 100_000);
    assert.equal(await call('pexpire', 'k', '5000'), 1);
    isRemaining(await cache.pttl('k'), 5_000);
    assert.equal(await call('incrby', 'k', '41'), 42);
    assert.equal(await call('decrby', 'k', '-1'), 43);
    assert.equal(await call('hincrby', 'h', 'f', '7'), 7);
  });
}
