import assert from 'node:assert/strict';
import { equalHash, isRemaining, REPLIES } from '../../assertions.js';
import type { Suite } from '../../bench.js';
import { applies, fields, refuses } from '../../changes.js';

/** The effect `fields`: some fields change, the others stay. */
export function effectsOnFields({ test }: Suite): void {
  test('fields are set, counted and removed, and the others stay', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { stays: 'here', f: 'old', n: '40', gone: 'x' });
    await applies(
      bench,
      fields({ set: { f: 'new', g: 'ä' }, increment: { n: 2, m: -1 }, remove: ['gone', 'none'] }),
    );
    equalHash(await cache.hgetall('k'), [
      ['stays', 'here'],
      ['f', 'new'],
      ['g', 'ä'],
      ['n', '42'],
      ['m', '-1'],
    ]);
  });

  test('fields of a missing key make a hash', async (bench) => {
    await applies(bench, fields({ set: { __proto__x: '1' }, increment: { n: 3 } }));
    equalHash(await bench.cache.hgetall('k'), [
      ['__proto__x', '1'],
      ['n', '3'],
    ]);
  });

  test('fields that were filled in are set only where they are missing', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: 'theirs' });
    await applies(bench, fields({ fill: { f: 'ours', g: 'ours' } }));
    equalHash(await cache.hgetall('k'), [
      ['f', 'theirs'],
      ['g', 'ours'],
    ]);
  });

  test('what is counted in a field counts from what was filled in', async (bench) => {
    const { cache } = bench;
    await cache.hset('k', { f: '10' });
    const both = { f: '5', g: '5' };
    await applies(bench, fields({ fill: both, increment: { f: 2, g: 2 } }));
    equalHash(await cache.hgetall('k'), [
      ['f', '12'],
      ['g', '7'],
    ]);
    await cache.hset('k', 'bad', 'x');
    await refuses(
      bench,
      fields({ fill: { h: '1' }, increment: { bad: 1 } }),
      REPLIES.hashNotInteger,
    );
    assert.equal(await cache.hexists('k', 'h'), 0);
  });

  test('a hash whose last field is removed is gone', async (bench) => {
    await bench.cache.hset('k', { f: '1', g: '2' });
    await applies(bench, fields({ remove: ['f', 'g'] }));
    assert.equal(await bench.cache.exists('k'), 0);
    await applies(bench, fields({ remove: ['f'] }));
    assert.equal(await bench.cache.exists('k'), 0);
  });

  test('fields are counted exactly', async (bench) => {
    await bench.cache.hset('k', 'n', '9007199254740992');
    await applies(bench, fields({ increment: { n: 9007199254740993n } }));
    assert.equal(await bench.cache.hget('k', 'n'), '18014398509481985');
  });

  test('fields of a string are refused', async (bench) => {
    await bench.cache.set('k', 'text');
    await refuses(bench, fields({ set: { f: '1' } }), REPLIES.wrongType);
    await refuses(bench, fields({ increment: { f: 1 } }), REPLIES.wrongType);
    await refuses(bench, fields({ remove: ['f'] }), REPLIES.wrongType);
    await refuses(bench, fields({ fill: { f: '1' } }), REPLIES.wrongType);
    assert.equal(await bench.cache.get('k'), 'text');
  });

  test('if one field cannot be counted, none changes', async (bench) => {
    const { cache } = bench;
    const before = [
      ['f', 'old'],
      ['n', '1'],
      ['text', 'x'],
      ['max', '9223372036854775807'],
    ] as const;
    await cache.hset('k', before);
    await cache.expire('k', 100);
    const others = { set: { f: 'new', g: 'new' }, remove: ['n'] };
    await refuses(
      bench,
      fields({ ...others, increment: { m: 1, text: 1 } }),
      REPLIES.hashNotInteger,
    );
    await refuses(bench, fields({ ...others, increment: { m: 1, max: 1 } }), REPLIES.overflow);
    equalHash(await cache.hgetall('k'), before);
    isRemaining(await cache.pttl('k'), 100_000);
  });
}
