import assert from 'node:assert/strict';
import type { Effect } from '@cachefb/core';
import type { Suite } from '../bench.js';
import { applies, changeOf, conflicts, fields, put, remove } from '../changes.js';

const MINUTE = 60_000;

/** Stamps: of what several processes bring back, the latest counts, in whatever order they come. */
export function stamps({ test }: Suite): void {
  test('what was brought back with a later stamp is not overwritten', async (bench) => {
    const now = bench.now();
    await applies(bench, put('later'), { writtenAt: now, stamp: true });
    const { current, writtenAt } = await conflicts(bench, put('earlier'), {
      writtenAt: now - MINUTE,
      stamp: true,
    });
    assert.deepEqual(current, { type: 'string', value: 'later', deadline: null });
    assert.equal(writtenAt, now);
    assert.equal(await bench.cache.get('k'), 'later');
  });

  test('what was brought back with an earlier stamp is overwritten', async (bench) => {
    const now = bench.now();
    await applies(bench, put('earlier'), { writtenAt: now - MINUTE, stamp: true });
    await applies(bench, put('later'), { writtenAt: now, stamp: true });
    assert.equal(await bench.cache.get('k'), 'later');
  });

  test('a deletion leaves a stamp, too', async (bench) => {
    const now = bench.now();
    await bench.cache.set('k', 'old');
    await applies(bench, remove, { writtenAt: now, stamp: true });
    const { current, writtenAt } = await conflicts(bench, put('earlier'), {
      writtenAt: now - MINUTE,
      stamp: true,
    });
    assert.deepEqual(current, { type: 'none' });
    assert.equal(writtenAt, now);
    assert.equal(await bench.cache.exists('k'), 0);
  });

  test('force applies even where a later stamp is found', async (bench) => {
    const now = bench.now();
    await applies(bench, put('later'), { writtenAt: now, stamp: true });
    await applies(bench, put('forced'), { writtenAt: now - MINUTE, stamp: true, force: true });
    assert.equal(await bench.cache.get('k'), 'forced');
  });

  test('a stamp counts only for the value that it was left with', async (bench) => {
    const now = bench.now();
    await applies(bench, put('later'), { writtenAt: now, stamp: true });
    await bench.cache.set('k', 'written since');
    const outcome = await conflicts(bench, put('ours'), {
      writtenAt: now - MINUTE,
      expect: { value: ['base'] },
    });
    assert.equal(outcome.writtenAt, undefined);
    await applies(bench, put('earlier'), { writtenAt: now - MINUTE, stamp: true });
    assert.equal(await bench.cache.get('k'), 'earlier');
  });

  test('a conflict of values tells the time of what is there, if it is known', async (bench) => {
    const now = bench.now();
    await applies(bench, put('theirs'), { writtenAt: now - MINUTE, stamp: true });
    const outcome = await conflicts(bench, put('ours'), {
      writtenAt: now,
      expect: { value: ['base'] },
      stamp: true,
    });
    assert.equal(outcome.writtenAt, now - MINUTE);
  });

  test('fields have stamps of their own', async (bench) => {
    const now = bench.now();
    await applies(bench, fields({ set: { f: 'later' } }), { writtenAt: now, stamp: true });
    const outcome = await conflicts(bench, fields({ set: { f: 'earlier' } }), {
      writtenAt: now - MINUTE,
      stamp: true,
    });
    assert.equal(outcome.fieldsWrittenAt?.get('f'), now);
    await applies(bench, fields({ set: { g: 'other' } }), { writtenAt: now - MINUTE, stamp: true });
    assert.deepEqual(await bench.cache.hmget('k', 'f', 'g'), ['later', 'other']);
  });

  test('what is filled in or added to is held up by no later stamp', async (bench) => {
    const now = bench.now();
    const added = fields({ set: { f: '1' }, increment: { n: 5 } });
    await applies(bench, added, { writtenAt: now, stamp: true });
    const earlier = fields({ set: { g: '2' }, fill: { n: '1' }, increment: { n: 2 } });
    await applies(bench, earlier, { writtenAt: now - MINUTE, stamp: true });
    assert.deepEqual(await bench.cache.hmget('k', 'f', 'n', 'g'), ['1', '7', '2']);
  });

  test('stamps of fields add up, and the one of a deletion takes their place', async (bench) => {
    const now = bench.now();
    await applies(bench, fields({ set: { f: '1' } }), { writtenAt: now - MINUTE, stamp: true });
    await applies(bench, fields({ set: { g: '2' } }), { writtenAt: now, stamp: true });
    const expect = { fields: new Map([['f', ['base']]]) };
    const { fieldsWrittenAt } = await conflicts(bench, fields({ set: { f: '3' } }), { expect });
    assert.deepEqual(
      fieldsWrittenAt,
      new Map([
        ['f', now - MINUTE],
        ['g', now],
      ]),
    );
    await applies(bench, remove, { writtenAt: now + 1, stamp: true });
    const gone = await conflicts(bench, put('ours'), { expect: { value: ['base'] } });
    assert.equal(gone.writtenAt, now + 1);
    assert.equal(gone.fieldsWrittenAt, undefined);
  });

  test('a batch leaves a stamp for each key, whether strings, hashes or nothing', async (bench) => {
    const now = bench.now();
    const keys = Array.from({ length: 150 }, (_, i) => `k${i}`);
    const hash: Effect = { kind: 'put-hash', fields: new Map([['f', 'v']]), deadline: null };
    const effects = [put('v'), hash, remove];
    const all = (writtenAt: number) =>
      keys.map((key, i) =>
        changeOf(effects[i % effects.length] as Effect, { key, writtenAt, stamp: true }),
      );
    for (const { status } of await bench.backend.apply(all(now))) assert.equal(status, 'applied');
    const outcomes = await bench.backend.apply(all(now - MINUTE));
    outcomes.forEach((outcome, i) => {
      assert.ok(outcome.status === 'conflict', `${keys[i]}: ${outcome.status}`);
      const found =
        i % effects.length === 1 ? outcome.fieldsWrittenAt?.get('f') : outcome.writtenAt;
      assert.equal(found, now);
    });
  });
}
