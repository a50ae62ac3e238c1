import assert from 'node:assert/strict';
import { equalHash } from '../assertions.js';
import type { Suite } from '../bench.js';

/** `hset`, `hget`, `hdel`, `hexists`, `hgetall`, `hmget`, `hlen`; `hincrby` is with the counters. */
export function hashes({ test }: Suite): void {
  test('a missing hash is empty to every read', async ({ cache }) => {
    assert.equal(await cache.hget('k', 'f'), null);
    assert.equal(await cache.hexists('k', 'f'), 0);
    assert.equal(await cache.hlen('k'), 0);
    assert.equal(await cache.hdel('k', 'f'), 0);
    assert.deepEqual(await cache.hmget('k', 'f', 'g'), [null, null]);
    assert.deepEqual(Object.keys(await cache.hgetall('k')), []);
    assert.equal(await cache.exists('k'), 0);
  });

  test('hset answers how many fields are new', async ({ cache }) => {
    assert.equal(await cache.hset('k', 'f', '1'), 1);
    assert.equal(await cache.hset('k', 'f', '2'), 0);
    assert.equal(await cache.hset('k', { f: '3', g: '4', h: '5' }), 2);
    equalHash(await cache.hgetall('k'), [
      ['f', '3'],
      ['g', '4'],
      ['h', '5'],
    ]);
  });

  test('of a field named twice the last value counts, and it is new once', async ({ cache }) => {
    assert.equal(await cache.hset('k', 'f', '1', 'f', '2'), 1);
    assert.equal(await cache.hget('k', 'f'), '2');
  });

  test('fields are read one by one, together and all at once', async ({ cache }) => {
    await cache.hset('k', { f: '1', g: '' });
    assert.equal(await cache.hget('k', 'f'), '1');
    assert.equal(await cache.hget('k', 'g'), '');
    assert.equal(await cache.hget('k', 'none'), null);
    assert.deepEqual(await cache.hmget('k', 'g', 'none', 'f', 'f'), ['', null, '1', '1']);
    assert.equal(await cache.hexists('k', 'g'), 1);
    assert.equal(await cache.hexists('k', 'none'), 0);
    assert.equal(await cache.hlen('k'), 2);
    equalHash(await cache.hgetall('k'), [
      ['f', '1'],
      ['g', ''],
    ]);
  });

  test('what hgetall answered does not change with the hash', async ({ cache }) => {
    await cache.hset('k', 'f', '1');
    const before = await cache.hgetall('k');
    await cache.hset('k', { f: '2', g: '3' });
    equalHash(before, [['f', '1']]);
    before.f = 'mine';
    assert.equal(await cache.hget('k', 'f'), '2');
  });

  test('hdel answers how many fields it removed', async ({ cache }) => {
    await cache.hset('k', { f: '1', g: '2', h: '3' });
    assert.equal(await cache.hdel('k', 'f', 'f', 'none', 'g'), 2);
    equalHash(await cache.hgetall('k'), [['h', '3']]);
  });

  test('a hash without fields is no key', async ({ cache }) => {
    await cache.hset('k', { f: '1', g: '2' });
    assert.equal(await cache.hdel('k', 'f', 'g'), 2);
    assert.equal(await cache.exists('k'), 0);
    assert.equal(await cache.type('k'), 'none');
    assert.deepEqual(await cache.keys('*'), []);
    assert.equal(await cache.set('k', 'text', { nx: true }), 'OK');
  });

  test('a hash holds many fields', async ({ cache }) => {
    const entries = Array.from({ length: 3000 }, (_, i) => [`field:${i}`, String(i)] as const);
    assert.equal(await cache.hset('k', entries), 3000);
    assert.equal(await cache.hlen('k'), 3000);
    assert.equal(await cache.hget('k', 'field:2999'), '2999');
    equalHash(await cache.hgetall('k'), entries);
  });

  test('hashes do not share fields', async ({ cache }) => {
    await cache.hset('a', 'f', '1');
    await cache.hset('b', 'f', '2');
    await cache.hdel('a', 'f');
    assert.equal(await cache.hget('b', 'f'), '2');
  });
}
