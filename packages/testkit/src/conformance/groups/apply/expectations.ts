import assert from 'node:assert/strict';
import type { Effect } from '@cachefb/core';
import type { Suite } from '../../bench.js';
import { applies, conflicts, fields, increment, put, remove } from '../../changes.js';

const NONE = { type: 'none' } as const;
const text = (value: string) => ({ type: 'string', value, deadline: null }) as const;

/** The conditions of changes: what somebody else changed meanwhile is not overwritten. */
export function expectations({ test }: Suite): void {
  test('a change goes ahead where the key holds one of the values expected', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'one');
    await applies(bench, put('two'), { expect: { value: ['one'] } });
    await applies(bench, put('three'), { expect: { value: ['zero', null, 'two'] } });
    await applies(bench, remove, { expect: { value: ['three'] } });
    await applies(bench, put(''), { expect: { value: ['three', null] } });
    await applies(bench, put('five'), { expect: { value: [''] } });
    assert.equal(await cache.get('k'), 'five');
  });

  test('a key that holds something else is a conflict, and stays as it is', async (bench) => {
    const { cache } = bench;
    await cache.set('k', 'theirs');
    for (const effect of [put('ours'), remove, increment(1), fields({ set: { f: '1' } })]) {
      const { current } = await conflicts(bench, effect, { expect: { value: ['base', null] } });
      assert.deepEqual(current, text('theirs'));
    }
    assert.equal(await cache.get('k'), 'theirs');
  });

  test('a missing key where a value was expected is a conflict', async (bench) => {
    const { current } = await conflicts(bench, put('ours'), { expect: { value: ['base'] } });
    assert.deepEqual(current, NONE);
    assert.equal(await bench.cache.exists('k'), 0);
  });

  test('a key that has to exist and does not is a conflict', async (bench) => {
    const { cache } = bench;
    for (const effect of [put('ours'), increment(1), fields({ set: { f: '1' } })]) {
      const { current } = await conflicts(bench, effect, { expect: { exists: true } });
      assert.deepEqual(current, NONE);
    }
    assert.equal(await cache.exists('k'), 0);
    await cache.set('k', '1');
    await applies(bench, increment(1), { expect: { exists: true } });
    assert.equal(await cache.get('k'), '2');
  });

  test('a key that has to expire at another time is a conflict, a missing one is not', async (bench) => {
    const { cache, now } = bench;
    await cache.set('k', 'v', 100_000);
    const later: Effect = { kind: 'deadline', deadline: now() + 200_000 };
    for (const deadline of [null, now() + 50_000]) {
      await conflicts(bench, later, { expect: { deadline } });
    }
    await applies(bench, later, { expect: { deadline: now() + 100_000 } });
    assert.ok((await cache.pttl('k')) > 150_000);
    await cache.persist('k');
    await conflicts(bench, later, { expect: { deadline: now() + 200_000 } });
    await applies(bench, later, { expect: { deadline: null } });
    await cache.del('k');
    await applies(bench, put('v'), { expect: { deadline: null } });
  });

  test('the empty string is not absence', async (bench) => {
    await bench.cache.set('k', '');
    const { current } = await conflicts(bench, put('ours'), { expect: { value: [null] } });
    assert.deepEqual(current, text(''));
    await bench.cache.del('k');
    await conflicts(bench, put('ours'), { expect: { value: [''] } });
  });

  test('a hash where a string or nothing was expected is a conflict that shows the hash', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: '1', g: '2' });
    for (const value of [['base'], [null], ['base', null]]) {
      const { current } = await conflicts(bench, put('ours'), { expect: { value } });
      assert.ok(current.type === 'hash');
      assert.deepEqual(
        new Map(current.fields),
        new Map([
          ['f', '1'],
          ['g', '2'],
        ]),
      );
    }
    assert.equal(await cache.type('k'), 'hash');
  });

  test('a conflict shows the deadline of what is there', async (bench) => {
    await bench.cache.set('k', 'theirs', 100_000);
    const { current } = await conflicts(bench, put('ours'), { expect: { value: ['base'] } });
    assert.ok(current.type === 'string' && current.deadline !== null);
    assert.ok(Math.abs(current.deadline - bench.now() - 100_000) < 60_000);
  });

  test('fields are compared one by one, and only those mentioned', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: '1', other: 'x' });
    const expect = {
      fields: new Map([
        ['f', ['0', '1']],
        ['g', [null]],
      ]),
    };
    await applies(bench, fields({ set: { f: '2', g: '3' } }), { expect });
    assert.deepEqual(await cache.hmget('k', 'f', 'g', 'other'), ['2', '3', 'x']);
  });

  test('one field that holds something else is a conflict, and no field changes', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: '1', g: 'theirs' });
    for (const g of [['base'], [null]]) {
      const expect = {
        fields: new Map<string, (string | null)[]>([
          ['f', ['1']],
          ['g', g],
        ]),
      };
      const { current } = await conflicts(bench, fields({ set: { f: '2', g: '3' } }), { expect });
      assert.ok(current.type === 'hash');
      assert.equal(current.fields.get('g'), 'theirs');
    }
    assert.deepEqual(await cache.hmget('k', 'f', 'g'), ['1', 'theirs']);
  });

  test('fields of a missing key are absent', async (bench) => {
    const effect = fields({ set: { f: '1' } });
    const { current } = await conflicts(bench, effect, {
      expect: { fields: new Map([['f', ['0']]]) },
    });
    assert.deepEqual(current, NONE);
    await applies(bench, effect, { expect: { fields: new Map([['f', ['0', null]]]) } });
    assert.equal(await bench.cache.hget('k', 'f'), '1');
  });

  test('a string where fields were expected is a conflict that shows the string', async (bench) => {
    await bench.cache.set('k', 'theirs');
    const expect = { fields: new Map([['f', ['1']]]) };
    const { current } = await conflicts(bench, fields({ set: { f: '2' } }), { expect });
    assert.deepEqual(current, text('theirs'));
  });

  test('without an expectation a change is made whatever is there', async (bench) => {
    await bench.cache.set('k', 'theirs');
    await applies(bench, put('ours'));
    assert.equal(await bench.cache.get('k'), 'ours');
  });
}
