import assert from 'node:assert/strict';
import { isRemaining, REPLIES, rejectsWithReply } from '../assertions.js';
import type { Suite } from '../bench.js';

/** `get` and `set` with every option. */
export function strings({ test }: Suite): void {
  test('a missing key reads as null', async ({ cache }) => {
    assert.equal(await cache.get('k'), null);
  });

  test('what was set is read back, and replaced by the next set', async ({ cache }) => {
    assert.equal(await cache.set('k', 'one'), 'OK');
    assert.equal(await cache.get('k'), 'one');
    assert.equal(await cache.set('k', 'two'), 'OK');
    assert.equal(await cache.get('k'), 'two');
  });

  test('the empty string is a value like any other', async ({ cache }) => {
    await cache.set('k', '');
    assert.equal(await cache.get('k'), '');
    assert.equal(await cache.exists('k'), 1);
  });

  test('text of every kind survives', async ({ cache }) => {
    for (const text of [
      'ä€𝄞',
      'a\0b',
      'line\r\nline',
      ' ',
      '"quoted"',
      '\u2028',
      'x'.repeat(100_000),
    ]) {
      await cache.set('k', text);
      assert.equal(await cache.get('k'), text);
    }
  });

  test('a third argument is a time to live in milliseconds', async ({ cache }) => {
    assert.equal(await cache.set('k', 'v', 100_000), 'OK');
    isRemaining(await cache.pttl('k'), 100_000);
    assert.equal(await cache.set('k', 'v', { ttl: 200_000 }), 'OK');
    const ttl = await cache.pttl('k');
    assert.ok(ttl > 100_000);
    isRemaining(ttl, 200_000);
  });

  test('an undefined third argument, or option, counts as absent', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    assert.equal(await cache.set('k', 'v', undefined as unknown as number), 'OK');
    assert.equal(await cache.pttl('k'), -1);
    const options = {
      ttl: undefined,
      keepTtl: undefined,
      nx: undefined,
      xx: undefined,
      get: undefined,
    };
    assert.equal(await cache.set('k', 'w', options), 'OK');
    assert.equal(await cache.get('k'), 'w');
  });

  test('set without a time to live removes the one there was', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    await cache.set('k', 'w');
    assert.equal(await cache.pttl('k'), -1);
  });

  test('keepTtl keeps the time to live, or its absence', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    assert.equal(await cache.set('k', 'w', { keepTtl: true }), 'OK');
    assert.equal(await cache.get('k'), 'w');
    isRemaining(await cache.pttl('k'), 100_000);
    await cache.set('plain', 'v');
    await cache.set('plain', 'w', { keepTtl: true });
    assert.equal(await cache.pttl('plain'), -1);
    await cache.set('new', 'w', { keepTtl: true });
    assert.equal(await cache.pttl('new'), -1);
  });

  test('keepTtl on a hash keeps its time to live for the string that replaces it', async ({
    cache,
  }) => {
    await cache.hset('k', 'f', 'v');
    await cache.expire('k', 100);
    await cache.set('k', 'w', { keepTtl: true });
    assert.equal(await cache.get('k'), 'w');
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('nx sets only what is not there', async ({ cache }) => {
    assert.equal(await cache.set('k', 'one', { nx: true }), 'OK');
    assert.equal(await cache.set('k', 'two', { nx: true, ttl: 1000 }), null);
    assert.equal(await cache.get('k'), 'one');
    assert.equal(await cache.pttl('k'), -1);
  });

  test('xx sets only what is there', async ({ cache }) => {
    assert.equal(await cache.set('k', 'one', { xx: true }), null);
    assert.equal(await cache.exists('k'), 0);
    await cache.set('k', 'one');
    assert.equal(await cache.set('k', 'two', { xx: true, ttl: 100_000 }), 'OK');
    assert.equal(await cache.get('k'), 'two');
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('get answers the value that was there', async ({ cache }) => {
    assert.equal(await cache.set('k', 'one', { get: true }), null);
    assert.equal(await cache.set('k', 'two', { get: true }), 'one');
    assert.equal(await cache.get('k'), 'two');
  });

  test('get with nx or xx answers the old value whether or not it sets', async ({ cache }) => {
    assert.equal(await cache.set('k', 'one', { get: true, xx: true }), null);
    assert.equal(await cache.exists('k'), 0);
    assert.equal(await cache.set('k', 'one', { get: true, nx: true }), null);
    assert.equal(await cache.get('k'), 'one');
    assert.equal(await cache.set('k', 'two', { get: true, nx: true }), 'one');
    assert.equal(await cache.get('k'), 'one');
    assert.equal(await cache.set('k', 'three', { get: true, xx: true }), 'one');
    assert.equal(await cache.get('k'), 'three');
  });

  test('set replaces a hash', async ({ cache }) => {
    await cache.hset('k', 'f', 'v');
    assert.equal(await cache.set('k', 'text'), 'OK');
    assert.equal(await cache.type('k'), 'string');
    assert.equal(await cache.get('k'), 'text');
  });

  test('set with nx leaves a hash alone; with xx it replaces it', async ({ cache }) => {
    await cache.hset('k', 'f', 'v');
    assert.equal(await cache.set('k', 'text', { nx: true }), null);
    assert.equal(await cache.type('k'), 'hash');
    assert.equal(await cache.set('k', 'text', { xx: true }), 'OK');
    assert.equal(await cache.type('k'), 'string');
  });

  test('set with get refuses a hash and leaves it as it is', async ({ cache }) => {
    await cache.hset('k', 'f', 'v');
    await rejectsWithReply(cache.set('k', 'text', { get: true }), REPLIES.wrongType);
    await rejectsWithReply(cache.set('k', 'text', { get: true, nx: true }), REPLIES.wrongType);
    assert.deepEqual({ ...(await cache.hgetall('k')) }, { f: 'v' });
  });

  test('set with an instant that has passed leaves no key', async ({ cache }) => {
    await cache.set('k', 'old');
    assert.equal(await cache.set('k', 'new', 'PXAT', 1), 'OK');
    assert.equal(await cache.exists('k'), 0);
    await cache.set('k', 'old');
    assert.equal(await cache.set('k', 'new', 'EXAT', 1, 'GET'), 'old');
    assert.equal(await cache.exists('k'), 0);
  });
}
