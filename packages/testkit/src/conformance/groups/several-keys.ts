import assert from 'node:assert/strict';
import type { Suite } from '../bench.js';

/** `mget` and `mset`. */
export function severalKeys({ test }: Suite): void {
  test('mget answers in the order asked, null for what is not a string', async ({ cache }) => {
    await cache.mset({ a: '1', b: '' });
    await cache.hset('h', 'f', 'v');
    assert.deepEqual(await cache.mget('b', 'none', 'a', 'h', 'a'), ['', null, '1', null, '1']);
  });

  test('mset sets every key, whatever was there', async ({ cache }) => {
    await cache.hset('h', 'f', 'v');
    await cache.set('a', 'old', 100_000);
    assert.equal(await cache.mset({ a: '1', b: '2', h: '3' }), 'OK');
    assert.deepEqual(await cache.mget('a', 'b', 'h'), ['1', '2', '3']);
    assert.equal(await cache.pttl('a'), -1);
  });

  test('of a key named twice the last value counts', async ({ cache }) => {
    await cache.mset('a', '1', 'b', '2', 'a', '3');
    assert.deepEqual(await cache.mget('a', 'b'), ['3', '2']);
  });

  test('hundreds of keys go at once', async ({ cache }) => {
    const entries = Array.from(
      { length: 500 },
      (_, i) => [`{tag${i % 7}}:${i}`, String(i)] as const,
    );
    const keys = entries.map(([key]) => key);
    assert.equal(await cache.mset(entries), 'OK');
    assert.deepEqual(
      await cache.mget(keys),
      entries.map(([, value]) => value),
    );
    assert.equal(await cache.exists(keys), 500);
    assert.equal(await cache.del(keys), 500);
  });
}
