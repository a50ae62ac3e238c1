import assert from 'node:assert/strict';
import { waitFor } from '../../wait-for.js';
import { collect, isRemaining } from '../assertions.js';
import type { Bench, Suite } from '../bench.js';
import { expiryModes } from './expiry-modes.js';

const SHORT = 20;
const LONG_ENOUGH = 60;

/** Lets a key's short life pass. */
async function outlive({ cache, elapse }: Bench, key = 'k'): Promise<void> {
  await cache.pexpire(key, SHORT);
  await elapse(LONG_ENOUGH);
}

/** `expire`, `pexpire`, `persist`, `ttl`, `pttl`, and what a key that has run out answers. */
export function expiry(suite: Suite): void {
  setting(suite);
  expiryModes(suite);
  survival(suite);
  afterTheEnd(suite);
}

function setting({ test }: Suite): void {
  test('ttl and pttl answer -2 without a key and -1 without a time to live', async ({ cache }) => {
    assert.equal(await cache.ttl('k'), -2);
    assert.equal(await cache.pttl('k'), -2);
    await cache.set('k', 'v');
    assert.equal(await cache.ttl('k'), -1);
    assert.equal(await cache.pttl('k'), -1);
  });

  test('expire takes seconds, pexpire milliseconds', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', 100), 1);
    const pttl = await cache.pttl('k');
    assert.ok(pttl > 1000);
    isRemaining(pttl, 100_000);
    assert.equal(await cache.pexpire('k', 5_000), 1);
    isRemaining(await cache.pttl('k'), 5_000);
  });

  test('ttl answers whole seconds, rounded to the nearest', async ({ cache }) => {
    await cache.set('k', 'v');
    for (const ms of [100_900, 100_400, 100_600, 100_100]) {
      await cache.pexpire('k', ms);
      const before = await cache.pttl('k');
      const ttl = await cache.ttl('k');
      const after = await cache.pttl('k');
      const [least, most] = [after, before].map((left) => Math.floor((left + 500) / 1000));
      assert.ok(ttl >= (least as number) && ttl <= (most as number), `${before} ms are ${ttl} s`);
    }
  });

  test('a missing key cannot be given a time to live', async ({ cache }) => {
    assert.equal(await cache.expire('k', 100), 0);
    assert.equal(await cache.pexpire('k', 100), 0);
    assert.equal(await cache.expire('k', -1), 0);
    assert.equal(await cache.persist('k'), 0);
  });

  test('persist removes the time to live, once', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    assert.equal(await cache.persist('k'), 1);
    assert.equal(await cache.pttl('k'), -1);
    assert.equal(await cache.persist('k'), 0);
  });

  test('a hash has a time to live as a whole', async ({ cache }) => {
    await cache.hset('k', 'f', 'v');
    assert.equal(await cache.expire('k', 100), 1);
    isRemaining(await cache.pttl('k'), 100_000);
    assert.equal(await cache.persist('k'), 1);
    assert.equal(await cache.pttl('k'), -1);
  });

  test('zero and less delete the key', async ({ cache }) => {
    for (const time of [0, -1, -1000, Number.MIN_SAFE_INTEGER]) {
      await cache.set('k', 'v');
      assert.equal(await cache.pexpire('k', time), 1);
      assert.equal(await cache.exists('k'), 0);
    }
    await cache.hset('k', 'f', 'v');
    assert.equal(await cache.expire('k', -5), 1);
    assert.equal(await cache.type('k'), 'none');
  });

  test('a later time to live replaces an earlier one, and the other way round', async ({
    cache,
  }) => {
    await cache.set('k', 'v', 1_000);
    await cache.expire('k', 100);
    assert.ok((await cache.pttl('k')) > 1_000);
    await cache.pexpire('k', 1_000);
    isRemaining(await cache.pttl('k'), 1_000);
  });

  test('ages beyond any lifetime are kept', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', 1_000_000_000_000), 1);
    const pttl = await cache.pttl('k');
    assert.ok(pttl > 999_999_000_000_000 && pttl <= 1_000_000_000_000_000, String(pttl));
  });
}

function survival({ test }: Suite): void {
  test('counting keeps the time to live', async ({ cache }) => {
    await cache.set('k', '1', 100_000);
    await cache.incr('k');
    await cache.decrby('k', 5);
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('changing fields keeps the time to live of the hash', async ({ cache }) => {
    await cache.hset('k', 'f', '1');
    await cache.expire('k', 100);
    await cache.hset('k', { f: '2', g: '3' });
    await cache.hincrby('k', 'f', 1);
    await cache.hdel('k', 'g');
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('mset removes the time to live', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    await cache.mset({ k: 'w' });
    assert.equal(await cache.pttl('k'), -1);
  });

  test('a key that is deleted and made again has no time to live', async ({ cache }) => {
    await cache.set('k', '1', 100_000);
    await cache.del('k');
    await cache.incr('k');
    assert.equal(await cache.pttl('k'), -1);
    await cache.hset('h', 'f', 'v');
    await cache.expire('h', 100);
    await cache.hdel('h', 'f');
    await cache.hset('h', 'f', 'v');
    assert.equal(await cache.pttl('h'), -1);
  });

  test('a condition that fails leaves the time to live alone', async ({ cache }) => {
    await cache.set('k', 'v', 100_000);
    await cache.set('k', 'w', { nx: true });
    isRemaining(await cache.pttl('k'), 100_000);
  });
}

function afterTheEnd({ test }: Suite): void {
  test('a string whose time has passed is gone from every read', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'v');
    await outlive(bench);
    assert.equal(await cache.get('k'), null);
    assert.equal(await cache.exists('k'), 0);
    assert.equal(await cache.type('k'), 'none');
    assert.equal(await cache.ttl('k'), -2);
    assert.equal(await cache.pttl('k'), -2);
    assert.deepEqual(await cache.mget('k'), [null]);
    assert.deepEqual(await cache.keys('*'), []);
    assert.deepEqual(await collect(cache.scan()), []);
  });

  test('a hash whose time has passed is gone from every read', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', 'f', 'v');
    await outlive(bench);
    assert.equal(await cache.hget('k', 'f'), null);
    assert.equal(await cache.hlen('k'), 0);
    assert.equal(await cache.hexists('k', 'f'), 0);
    assert.deepEqual(Object.keys(await cache.hgetall('k')), []);
    assert.deepEqual(await cache.hmget('k', 'f'), [null]);
    assert.deepEqual(await cache.keys('*'), []);
  });

  test('a key whose time has passed cannot be deleted, expired or persisted', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'v');
    await outlive(bench);
    assert.equal(await cache.del('k'), 0);
    assert.equal(await cache.expire('k', 10), 0);
    assert.equal(await cache.persist('k'), 0);
    assert.equal(await cache.hdel('k', 'f'), 0);
  });

  test('conditions of set see that a key has run out', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'v');
    await outlive(bench);
    assert.equal(await cache.set('k', 'w', { xx: true }), null);
    assert.equal(await cache.set('k', 'w', { nx: true, get: true }), null);
    assert.equal(await cache.get('k'), 'w');
    assert.equal(await cache.pttl('k'), -1);
  });

  test('counting starts anew after the end, without a time to live', async (bench) => {
    const { cache } = bench;
    await cache.set('k', '41');
    await outlive(bench);
    assert.equal(await cache.incr('k'), 1);
    assert.equal(await cache.pttl('k'), -1);
  });

  test('a hash that ran out starts anew, and its type is free', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: '1', g: '2' });
    await outlive(bench);
    assert.equal(await cache.hset('k', 'f', '3'), 1);
    assert.equal(await cache.hlen('k'), 1);
    await outlive(bench);
    assert.equal(await cache.incr('k'), 1);
  });

  test('keepTtl finds nothing to keep after the end', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'v');
    await outlive(bench);
    await cache.set('k', 'w', { keepTtl: true });
    assert.equal(await cache.pttl('k'), -1);
  });

  test('every way to give a time to live ends the key', async (bench) => {
    const { cache, elapse, now } = bench;
    await cache.set('a', 'v', SHORT);
    await cache.set('b', 'v', { ttl: SHORT });
    await cache.set('c', 'v', 'PX', SHORT);
    await cache.set('d', 'v', 'PXAT', Math.ceil(now()) + SHORT);
    await cache.set('e', 'v');
    await cache.pexpire('e', SHORT);
    await cache.set('f', 'v', 100_000);
    await cache.pexpire('f', SHORT, 'LT');
    await cache.set('stays', 'v', 100_000);
    await elapse(LONG_ENOUGH + 40);
    assert.deepEqual(await cache.keys('*'), ['stays']);
  });

  test('a prolonged key outlives its first end', async ({ cache, elapse }) => {
    // On a machine that stalls the first end may come before it is moved: then it is set again.
    await waitFor(async () => {
      await cache.set('k', 'v', 100);
      await cache.set('plain', 'v', 100);
      return (await cache.expire('k', 100)) === 1 && (await cache.persist('plain')) === 1;
    });
    await elapse(130);
    assert.deepEqual((await cache.keys('*')).sort(), ['k', 'plain']);
  });
}
