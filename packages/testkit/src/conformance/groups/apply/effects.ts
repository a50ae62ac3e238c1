import assert from 'node:assert/strict';
import type { DeadlineChange, Effect } from '@cachefb/core';
import { equalHash, isRemaining, REPLIES } from '../../assertions.js';
import type { Bench, Suite } from '../../bench.js';
import { applies, increment, put, refuses, remove } from '../../changes.js';

const MAX = 9223372036854775807n;

/** Effects that set a value and a deadline, for the rules that all of them share. */
const SETTERS: readonly (readonly [string, (deadline: DeadlineChange) => Effect])[] = [
  ['put', (deadline) => ({ kind: 'put', value: '5', deadline })],
  ['increment', (deadline) => ({ kind: 'increment', by: 5, deadline })],
  ['put-hash', (deadline) => ({ kind: 'put-hash', fields: new Map([['f', '5']]), deadline })],
  [
    'fields',
    (deadline) => ({
      kind: 'fields',
      set: new Map([['f', '5']]),
      increment: new Map(),
      remove: [],
      deadline,
    }),
  ],
];

/** Effects on whole keys. */
export function effects(suite: Suite): void {
  deadlines(suite);
  values(suite);
  deletions(suite);
}

function deadlines({ test }: Suite): void {
  const make = async ({ cache }: Bench, kind: string) => {
    if (kind === 'fields' || kind === 'put-hash') await cache.hset('k', 'f', '1');
    else await cache.set('k', '1');
  };

  for (const [kind, effect] of SETTERS) {
    test(`${kind} with the deadline 'keep' leaves the time to live, or its absence`, async (bench) => {
      await applies(bench, effect('keep'));
      assert.equal(await bench.cache.pttl('k'), -1);
      await bench.cache.expire('k', 100);
      await applies(bench, effect('keep'));
      isRemaining(await bench.cache.pttl('k'), 100_000);
    });

    test(`${kind} with the deadline null removes the time to live`, async (bench) => {
      await make(bench, kind);
      await bench.cache.expire('k', 100);
      await applies(bench, effect(null));
      assert.equal(await bench.cache.pttl('k'), -1);
    });

    test(`${kind} with an instant ends the key then, never later`, async (bench) => {
      const before = bench.now();
      await applies(bench, effect(before + 100_000));
      const pttl = await bench.cache.pttl('k');
      assert.ok(pttl > 50_000 && pttl <= 100_000 + 5, `${pttl} ms are left`);
    });

    test(`${kind} with an instant that has passed leaves no key`, async (bench) => {
      await make(bench, kind);
      await applies(bench, effect(bench.now() - 10_000));
      assert.equal(await bench.cache.exists('k'), 0);
      await applies(bench, effect(bench.now() - 10_000));
      assert.equal(await bench.cache.exists('k'), 0);
    });
  }

  test('deadline moves the end of a key, both ways, and removes it', async (bench) => {
    const { cache, now } = bench;
    await cache.set('k', 'v', 100_000);
    await applies(bench, { kind: 'deadline', deadline: now() + 200_000 });
    assert.ok((await cache.pttl('k')) > 100_000);
    await applies(bench, { kind: 'deadline', deadline: now() + 50_000 });
    isRemaining(await cache.pttl('k'), 50_005);
    await applies(bench, { kind: 'deadline', deadline: null });
    assert.equal(await cache.pttl('k'), -1);
    assert.equal(await cache.get('k'), 'v');
  });

  test('deadline with earlier only brings the end nearer', async (bench) => {
    const { cache, now } = bench;
    await cache.set('k', 'v', 100_000);
    await applies(bench, { kind: 'deadline', deadline: now() + 200_000, earlier: true });
    isRemaining(await cache.pttl('k'), 100_000);
    await applies(bench, { kind: 'deadline', deadline: now() + 50_000, earlier: true });
    isRemaining(await cache.pttl('k'), 50_005);
    await cache.persist('k');
    await applies(bench, { kind: 'deadline', deadline: now() + 70_000, earlier: true });
    isRemaining(await cache.pttl('k'), 70_005);
  });

  test('deadline works on a hash, deletes when it has passed, and makes no key', async (bench) => {
    const { cache, now } = bench;
    await applies(bench, { kind: 'deadline', deadline: now() + 100_000 });
    await applies(bench, { kind: 'deadline', deadline: null });
    assert.equal(await cache.exists('k'), 0);
    await cache.hset('k', 'f', 'v');
    await applies(bench, { kind: 'deadline', deadline: now() + 100_000 });
    isRemaining(await cache.pttl('k'), 100_005);
    await applies(bench, { kind: 'deadline', deadline: now() - 10_000 });
    assert.equal(await cache.exists('k'), 0);
  });
}

function values({ test }: Suite): void {
  test('put sets a string, whatever was there', async (bench) => {
    const { cache } = bench;
    await applies(bench, put('one'));
    assert.equal(await cache.get('k'), 'one');
    await applies(bench, put(''));
    assert.equal(await cache.get('k'), '');
    await cache.del('k');
    await cache.hset('k', 'f', 'v');
    await applies(bench, put('two\r\nä'));
    assert.equal(await cache.get('k'), 'two\r\nä');
  });

  test('put-hash sets a whole hash in place of whatever was there', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: 'old', gone: 'old' });
    const whole = new Map([
      ['f', '1'],
      ['__proto__', '2'],
    ]);
    await applies(bench, { kind: 'put-hash', fields: whole, deadline: null });
    equalHash(await cache.hgetall('k'), [...whole]);
    await cache.set('k', 'text');
    await applies(bench, { kind: 'put-hash', fields: whole, deadline: null });
    equalHash(await cache.hgetall('k'), [...whole]);
  });

  test('put-hash keeps the time to live of a string that it replaces, if told so', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'text', 100_000);
    await applies(bench, { kind: 'put-hash', fields: new Map([['f', '1']]), deadline: 'keep' });
    assert.equal(await cache.hget('k', 'f'), '1');
    isRemaining(await cache.pttl('k'), 100_000);
  });

  test('put-hash without fields deletes the key', async (bench) => {
    await bench.cache.hset('k', 'f', 'v');
    await applies(bench, { kind: 'put-hash', fields: new Map(), deadline: null });
    assert.equal(await bench.cache.exists('k'), 0);
  });

  test('increment adds, exactly, and starts at zero', async (bench) => {
    const { cache } = bench;
    await applies(bench, increment(5));
    await applies(bench, increment(-7));
    assert.equal(await cache.get('k'), '-2');
    await cache.set('k', '9007199254740992');
    await applies(bench, increment(9007199254740993n));
    assert.equal(await cache.get('k'), '18014398509481985');
    await applies(bench, increment(0));
    assert.equal(await cache.get('k'), '18014398509481985');
  });

  test('increment stores its full value only where the key is missing', async (bench) => {
    const { cache } = bench;
    await applies(bench, { kind: 'increment', by: 2, full: MAX, deadline: null });
    assert.equal(await cache.get('k'), String(MAX));
    await cache.set('k', '10');
    await applies(bench, { kind: 'increment', by: 2, full: 42, deadline: null });
    assert.equal(await cache.get('k'), '12');
  });

  test('an increment that cannot be is refused and changes nothing', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'text', 100_000);
    await refuses(bench, { kind: 'increment', by: 1, deadline: null }, REPLIES.notInteger);
    assert.equal(await cache.get('k'), 'text');
    isRemaining(await cache.pttl('k'), 100_000);
    await cache.set('k', String(MAX));
    await refuses(bench, increment(1), REPLIES.overflow);
    assert.equal(await cache.get('k'), String(MAX));
    await cache.del('k');
    await cache.hset('k', 'f', '1');
    await refuses(bench, increment(1), REPLIES.wrongType);
    assert.equal(await cache.hget('k', 'f'), '1');
  });
}

function deletions({ test }: Suite): void {
  test('delete deletes a key of any type, and a missing one', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'v');
    await cache.set('other', 'v');
    await applies(bench, remove);
    assert.deepEqual(await cache.keys('*'), ['other']);
    await applies(bench, remove);
    await cache.hset('k', 'f', 'v');
    await applies(bench, remove);
    assert.deepEqual(await cache.keys('*'), ['other']);
  });

  test('flush deletes every key', async (bench) => {
    const { cache } = bench;
    await cache.mset({ a: '1', b: '2' });
    await cache.hset('h', 'f', 'v');
    await applies(bench, { kind: 'flush' }, { key: '' });
    assert.deepEqual(await cache.keys('*'), []);
  });
}
