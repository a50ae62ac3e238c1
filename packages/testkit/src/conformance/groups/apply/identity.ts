import assert from 'node:assert/strict';
import type { Effect } from '@cachefb/core';
import { collect, equalSet, REPLIES } from '../../assertions.js';
import type { Suite } from '../../bench.js';
import { applies, applyOne, changeOf, fields, increment, put, remove } from '../../changes.js';

const DUPLICATE = { status: 'duplicate' };
const APPLIED = { status: 'applied' };

const EFFECTS: readonly Effect[] = [
  put('5'),
  increment(5),
  { kind: 'put-hash', fields: new Map([['f', '5']]), deadline: null },
  fields({ set: { f: '5' }, increment: { n: 1 } }),
  { kind: 'deadline', deadline: null },
  remove,
];

/** Batches, and ids: a change that arrives twice is made once. */
export function identity({ test }: Suite): void {
  for (const effect of EFFECTS) {
    test(`${effect.kind} is made once however often it arrives`, async (bench) => {
      const { cache, backend } = bench;
      const change = changeOf(effect);
      assert.deepEqual(await applyOne(bench, change), APPLIED);
      await cache.set('k', 'later', 100_000);
      assert.deepEqual(await applyOne(bench, change), DUPLICATE);
      assert.deepEqual(await backend.apply([change, change]), [DUPLICATE, DUPLICATE]);
      assert.equal(await cache.get('k'), 'later');
      assert.ok((await cache.pttl('k')) > 0);
    });
  }

  test('flush is made once however often it arrives', async (bench) => {
    const change = changeOf({ kind: 'flush' }, { key: '' });
    assert.deepEqual(await applyOne(bench, change), APPLIED);
    await bench.cache.set('k', 'later');
    assert.deepEqual(await applyOne(bench, change), DUPLICATE);
    assert.equal(await bench.cache.get('k'), 'later');
  });

  test('one id twice in a batch is made once', async ({ cache, backend }) => {
    const change = changeOf(increment(5));
    assert.deepEqual(await backend.apply([change, change]), [APPLIED, DUPLICATE]);
    assert.equal(await cache.get('k'), '5');
  });

  test('equal changes of different ids are made as often as they come', async ({
    cache,
    backend,
  }) => {
    await backend.apply([changeOf(increment(5)), changeOf(increment(5))]);
    await backend.apply([changeOf(increment(5))]);
    assert.equal(await cache.get('k'), '15');
  });

  test('what is duplicate is not judged by its expectation', async (bench) => {
    const change = changeOf(put('ours'), { expect: { value: [null] } });
    assert.deepEqual(await applyOne(bench, change), APPLIED);
    assert.deepEqual(await applyOne(bench, change), DUPLICATE);
  });

  test('a change that met a conflict was not made, and may come again', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'theirs');
    const change = changeOf(put('ours'), { expect: { value: ['base'] } });
    assert.equal((await applyOne(bench, change)).status, 'conflict');
    assert.equal((await applyOne(bench, change)).status, 'conflict');
    await cache.set('k', 'base');
    assert.deepEqual(await applyOne(bench, change), APPLIED);
    assert.equal(await cache.get('k'), 'ours');
  });

  test('an empty batch has no outcomes', async ({ backend }) => {
    assert.deepEqual(await backend.apply([]), []);
  });

  test('a batch has one outcome for each change, in order, and each stands for itself', async ({
    cache,
    backend,
  }) => {
    await cache.mset({ text: 'x', theirs: 'theirs' });
    const known = changeOf(put('1'), { key: 'known' });
    await backend.apply([known]);
    const outcomes = await backend.apply([
      changeOf(put('1'), { key: 'a' }),
      changeOf(increment(1), { key: 'text' }),
      known,
      changeOf(put('ours'), { key: 'theirs', expect: { value: ['base'] } }),
      changeOf(increment(1), { key: 'a' }),
      changeOf(fields({ set: { f: '1' } }), { key: '{h}' }),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['applied', 'refused', 'duplicate', 'conflict', 'applied', 'applied'],
    );
    const refused = outcomes[1];
    assert.ok(refused?.status === 'refused' && refused.error.message === REPLIES.notInteger);
    assert.deepEqual(await cache.mget('a', 'text', 'theirs'), ['2', 'x', 'theirs']);
  });

  test('changes of one key in a batch are made in their order', async ({ cache, backend }) => {
    await backend.apply([
      changeOf(put('1')),
      changeOf(remove),
      changeOf(put('2')),
      changeOf(increment(1)),
    ]);
    assert.equal(await cache.get('k'), '3');
  });

  test('a flush among changes comes in its turn', async ({ cache, backend }) => {
    await backend.apply([
      changeOf(put('1'), { key: 'before' }),
      changeOf({ kind: 'flush' }, { key: '' }),
      changeOf(put('2'), { key: 'after', expect: { value: [null] } }),
      changeOf(put('3'), { key: 'before', expect: { value: [null] } }),
    ]);
    assert.deepEqual(await cache.mget('before', 'after'), ['3', '2']);
  });

  test('hundreds of changes go in one batch', async ({ cache, backend }) => {
    const keys = Array.from({ length: 300 }, (_, i) => `k${i}`);
    const outcomes = await backend.apply(keys.map((key) => changeOf(put(key), { key })));
    assert.ok(outcomes.length === 300 && outcomes.every(({ status }) => status === 'applied'));
    assert.deepEqual(await cache.mget(keys), keys);
  });

  test('any key can be changed, whatever its name', async (bench) => {
    const names = [
      '',
      '__proto__',
      'constructor',
      '*',
      'a{b}c',
      'x}y',
      '{}abc',
      '{',
      '}',
      'ä',
      'a\0b',
      ' ',
    ];
    for (const key of names) {
      const change = changeOf(increment(1), { key });
      assert.deepEqual(await applyOne(bench, change), APPLIED);
      assert.deepEqual(await applyOne(bench, change), DUPLICATE);
      assert.equal(await bench.cache.get(key), '1');
    }
    equalSet(await bench.cache.keys('*'), names);
  });

  test('what a backend remembers of changes is not seen among the keys', async (bench) => {
    const { cache } = bench;
    await applies(bench, put('v'), { stamp: true });
    await applies(bench, remove, { key: 'gone', stamp: true });
    await applies(bench, fields({ set: { f: 'v' } }), { key: 'h', stamp: true });
    equalSet(await cache.keys('*'), ['k', 'h']);
    equalSet(await collect(cache.scan()), ['k', 'h']);
    assert.deepEqual(await cache.keys('gone*'), []);
  });
}
