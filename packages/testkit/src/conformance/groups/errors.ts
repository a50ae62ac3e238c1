import assert from 'node:assert/strict';
import { REPLIES, rejectsWithReply } from '../assertions.js';
import type { Suite } from '../bench.js';

const ON_STRINGS: readonly (readonly [string, ...unknown[]])[] = [
  ['get'],
  ['getJSON'],
  ['incr'],
  ['incrby', 1],
  ['decr'],
  ['decrby', 1],
  ['set', 'v', 'GET'],
  ['set', 'v', { get: true }],
];
const ON_HASHES: readonly (readonly [string, ...unknown[]])[] = [
  ['hget', 'f'],
  ['hset', 'f', 'v'],
  ['hset', { f: 'v' }],
  ['hdel', 'f'],
  ['hexists', 'f'],
  ['hgetall'],
  ['hmget', 'f'],
  ['hlen'],
  ['hincrby', 'f', 1],
];

/** Commands on keys of another type. */
export function errors({ test, foreignTest }: Suite): void {
  for (const [command, ...rest] of ON_STRINGS) {
    test(`${command} on a hash is refused, and the hash stays`, async ({ cache, call }) => {
      await cache.hset('k', 'f', '1');
      await cache.expire('k', 100);
      await rejectsWithReply(call(command, 'k', ...rest), REPLIES.wrongType);
      assert.equal(await cache.hget('k', 'f'), '1');
      assert.ok((await cache.ttl('k')) > 0);
    });
  }

  for (const [command, ...rest] of ON_HASHES) {
    test(`${command} on a string is refused, and the string stays`, async ({ cache, call }) => {
      await cache.set('k', '1', 100_000);
      await rejectsWithReply(call(command, 'k', ...rest), REPLIES.wrongType);
      assert.equal(await cache.get('k'), '1');
      assert.ok((await cache.ttl('k')) > 0);
    });
  }

  test('an increment that cannot be is refused before the type is looked at', async ({
    cache,
    call,
  }) => {
    await cache.hset('h', 'f', '1');
    await rejectsWithReply(call('incrby', 'h', 2 ** 63), REPLIES.notInteger);
    await rejectsWithReply(call('decrby', 'h', -(2n ** 63n)), REPLIES.decrementOverflow);
  });

  test('an error leaves the next command alone', async ({ cache }) => {
    await cache.set('k', 'text');
    const replies = await Promise.allSettled([
      cache.incr('k'),
      cache.get('k'),
      cache.hlen('k'),
      cache.get('k'),
    ]);
    assert.deepEqual(
      replies.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
  });

  foreignTest('keys of other types refuse the commands of strings and hashes', async (bench) => {
    await bench.putForeign('k');
    for (const [command, ...rest] of [...ON_STRINGS, ...ON_HASHES]) {
      await rejectsWithReply(bench.call(command, 'k', ...rest), REPLIES.wrongType);
    }
  });

  foreignTest(
    'keys of other types have a name, a time to live and an end',
    async ({ cache, putForeign }) => {
      await putForeign('k');
      assert.ok(!['none', 'string', 'hash'].includes(await cache.type('k')));
      assert.equal(await cache.exists('k'), 1);
      assert.deepEqual(await cache.keys('*'), ['k']);
      assert.deepEqual(await cache.mget('k'), [null]);
      assert.equal(await cache.expire('k', 100), 1);
      assert.ok((await cache.ttl('k')) > 0);
      assert.equal(await cache.del('k'), 1);
      await putForeign('k');
      assert.equal(await cache.set('k', 'v'), 'OK');
    },
  );
}
