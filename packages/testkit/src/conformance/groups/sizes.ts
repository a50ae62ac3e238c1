import assert from 'node:assert/strict';
import { equalSet } from '../assertions.js';
import type { Suite } from '../bench.js';

/** Values, keys and hashes of sizes that Redis takes without a word. */
export function sizes({ test }: Suite): void {
  test('a value of 50 MB is stored and read back', async ({ cache }) => {
    const value = 'x'.repeat(50_000_000);
    assert.equal(await cache.set('k', value), 'OK');
    const found = await cache.get('k');
    // Compared by hand: a difference of this size is not to be printed.
    assert.ok(found === value, `${found?.length} characters came back`);
  });

  test('a value of 10 MB beyond ASCII is stored and read back', async ({ cache }) => {
    const value = 'ä€𝄞'.repeat(1_000_000);
    await cache.hset('k', 'f', value);
    const found = await cache.hget('k', 'f');
    assert.ok(found === value, `${found?.length} characters came back`);
  });

  test('a key of 1 MB is a key', async ({ cache }) => {
    const key = 'k'.repeat(1_000_000);
    await cache.set(key, 'v', 100_000);
    assert.equal(await cache.get(key), 'v');
    assert.ok((await cache.ttl(key)) > 0);
    assert.ok((await cache.keys('k*'))[0] === key);
    assert.equal(await cache.del(key), 1);
  });

  test('a hash holds 100,000 fields', async ({ cache }) => {
    const fields = Array.from({ length: 100_000 }, (_, i) => `field:${i}`);
    const entries = fields.map((field) => [field, field] as const);
    assert.equal(await cache.hset('k', entries), fields.length);
    assert.equal(await cache.hlen('k'), fields.length);
    const all = await cache.hgetall('k');
    assert.equal(Object.keys(all).length, fields.length);
    assert.ok(entries.every(([field, value]) => all[field] === value));
    const some = fields.filter((_, i) => i % 1000 === 0);
    assert.deepEqual(await cache.hmget('k', some), some);
    assert.equal(await cache.hdel('k', fields.slice(1)), fields.length - 1);
    equalSet(Object.keys(await cache.hgetall('k')), ['field:0']);
  });

  test('the ends of long ASCII and other text are told apart', async ({ cache }) => {
    const long = 'x'.repeat(100_000);
    await cache.mset({ [`${long}a`]: '1', [`${long}b`]: '2', [`${long}ä`]: '3' });
    assert.deepEqual(await cache.mget(`${long}b`, `${long}ä`, long), ['2', '3', null]);
  });
}
