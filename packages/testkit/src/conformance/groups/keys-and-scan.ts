import assert from 'node:assert/strict';
import { collect, equalSet } from '../assertions.js';
import type { Suite } from '../bench.js';

/** `keys`, `scan`, `type`, `del`, `exists`, `flushall`. */
export function keysAndScan({ test }: Suite): void {
  test('type tells strings, hashes and missing keys apart', async ({ cache }) => {
    await cache.set('s', 'v');
    await cache.hset('h', 'f', 'v');
    assert.equal(await cache.type('s'), 'string');
    assert.equal(await cache.type('h'), 'hash');
    assert.equal(await cache.type('none'), 'none');
  });

  test('del answers how many keys it deleted, one named twice once', async ({ cache }) => {
    await cache.mset({ a: '1', b: '2' });
    await cache.hset('h', 'f', 'v');
    assert.equal(await cache.del('a', 'a', 'h', 'none'), 2);
    assert.equal(await cache.del('a'), 0);
    assert.deepEqual(await cache.keys('*'), ['b']);
  });

  test('exists counts a key as often as it is named', async ({ cache }) => {
    await cache.set('a', '1');
    await cache.hset('h', 'f', 'v');
    assert.equal(await cache.exists('a', 'a', 'h', 'none'), 3);
    assert.equal(await cache.exists('none'), 0);
  });

  test('keys lists what matches, of every type, each once', async ({ cache }) => {
    await cache.mset({ 'user:1': 'a', 'user:2': 'b', other: 'c' });
    await cache.hset('user:3', 'f', 'v');
    equalSet(await cache.keys('user:*'), ['user:1', 'user:2', 'user:3']);
    equalSet(await cache.keys('*'), ['user:1', 'user:2', 'user:3', 'other']);
    assert.deepEqual(await cache.keys('nothing*'), []);
  });

  test('an empty cache has no keys', async ({ cache }) => {
    assert.deepEqual(await cache.keys('*'), []);
    assert.deepEqual(await collect(cache.scan()), []);
  });

  test('scan walks every key, and with a pattern those that match', async ({ cache }) => {
    await cache.mset({ 'user:1': 'a', 'user:2': 'b', other: 'c' });
    equalSet(await collect(cache.scan()), ['user:1', 'user:2', 'other']);
    equalSet(await collect(cache.scan('user:*')), ['user:1', 'user:2']);
    equalSet(await collect(cache.scan('nothing')), []);
  });

  test('scan sees each of many keys once while nothing changes', async ({ cache }) => {
    const entries = Array.from({ length: 1500 }, (_, i) => [`key:${i}`, String(i)] as const);
    await cache.mset(entries);
    equalSet(
      await collect(cache.scan('key:*')),
      entries.map(([key]) => key),
    );
  });

  test('scan sees every key that is there all the time, whatever comes and goes', async ({
    cache,
  }) => {
    const stay = Array.from({ length: 500 }, (_, i) => `stay:${i}`);
    const go = Array.from({ length: 500 }, (_, i) => `go:${i}`);
    await cache.mset([...stay, ...go].map((key) => [key, 'v'] as const));
    const seen = new Set<string>();
    for await (const key of cache.scan()) {
      seen.add(key);
      const gone = go.pop();
      if (gone === undefined) continue;
      await cache.del(gone);
      await cache.set(`come:${gone}`, 'v');
    }
    for (const key of stay) assert.ok(seen.has(key), `${key} was not seen`);
  });

  test('scan can be left before its end', async ({ cache }) => {
    await cache.mset({ a: '1', b: '2', c: '3' });
    for await (const key of cache.scan()) {
      assert.ok(['a', 'b', 'c'].includes(key));
      break;
    }
    assert.equal(await cache.exists('a'), 1);
  });

  test('flushall deletes everything', async ({ cache }) => {
    await cache.mset({ a: '1', b: '2' });
    await cache.hset('h', 'f', 'v');
    assert.equal(await cache.flushall(), 'OK');
    assert.deepEqual(await cache.keys('*'), []);
    assert.equal(await cache.exists('a', 'b', 'h'), 0);
    assert.equal(await cache.flushall(), 'OK');
  });
}
