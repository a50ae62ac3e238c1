import assert from 'node:assert/strict';
import { isRemaining } from '../assertions.js';
import type { Suite } from '../bench.js';

/** NX, XX, GT and LT of `expire` and `pexpire`. */
export function expiryModes({ test }: Suite): void {
  test('NX sets a time to live only where there is none', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', 100, 'NX'), 1);
    assert.equal(await cache.expire('k', 500, 'NX'), 0);
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('XX sets a time to live only where there is one', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', 100, 'XX'), 0);
    assert.equal(await cache.pttl('k'), -1);
    await cache.expire('k', 50);
    assert.equal(await cache.expire('k', 100, 'XX'), 1);
    assert.ok((await cache.pttl('k')) > 50_000);
  });

  test('GT only moves the end away, and no end is the furthest of all', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', 100, 'GT'), 0);
    assert.equal(await cache.pttl('k'), -1);
    await cache.expire('k', 100);
    assert.equal(await cache.expire('k', 50, 'GT'), 0);
    assert.ok((await cache.pttl('k')) > 50_000);
    assert.equal(await cache.expire('k', 200, 'GT'), 1);
    assert.ok((await cache.pttl('k')) > 100_000);
  });

  test('LT only brings the end nearer, and no end is the furthest of all', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', 100, 'LT'), 1);
    assert.equal(await cache.expire('k', 200, 'LT'), 0);
    isRemaining(await cache.pttl('k'), 100_000);
    assert.equal(await cache.expire('k', 50, 'LT'), 1);
    isRemaining(await cache.pttl('k'), 50_000);
  });

  test('a mode is obeyed before a past time deletes', async ({ cache }) => {
    await cache.set('k', 'v');
    assert.equal(await cache.expire('k', -1, 'XX'), 0);
    assert.equal(await cache.expire('k', -1, 'GT'), 0);
    assert.equal(await cache.exists('k'), 1);
    assert.equal(await cache.expire('k', -1, 'LT'), 1);
    assert.equal(await cache.exists('k'), 0);
    await cache.set('k', 'v');
    assert.equal(await cache.pexpire('k', 0, 'NX'), 1);
    assert.equal(await cache.exists('k'), 0);
  });

  test('pexpire knows the same modes, in any case', async ({ cache, call }) => {
    await cache.set('k', 'v', 100_000);
    assert.equal(await call('pexpire', 'k', 200_000, 'nx'), 0);
    assert.equal(await call('pexpire', 'k', 200_000, 'Gt'), 1);
    assert.equal(await call('pexpire', 'k', 300_000, 'lt'), 0);
    assert.equal(await call('pexpire', 'k', 300_000, 'xX'), 1);
  });

  test('modes mean nothing to a missing key', async ({ cache }) => {
    for (const mode of ['NX', 'XX', 'GT', 'LT'] as const) {
      assert.equal(await cache.expire('k', 10, mode), 0);
    }
  });
}
