import { describe, expect, it } from 'vitest';
import type { Happening } from '../src/happening.js';
import { merge } from '../src/merge.js';
import type { Written } from '../src/written.js';

const NOW = 1000;

function mergeAll(...happenings: Happening[]): Written {
  let written: Written | undefined;
  for (const happening of happenings) written = merge(written, happening, NOW);
  return written as Written;
}

const put = (value: string, deadline: number | null | 'keep' = null): Happening => ({
  kind: 'put',
  value,
  deadline,
});
const increment = (by: number | bigint, result?: number): Happening => ({
  kind: 'increment',
  by,
  result,
});
const fields = (...pairs: string[]): Happening => ({ kind: 'set-fields', pairs });
const incrementField = (field: string, by: number, result?: number): Happening => ({
  kind: 'increment-field',
  field,
  by,
  result,
});
const remove = (...names: string[]): Happening => ({ kind: 'remove-fields', fields: names });
const expire = (deadline: number | null): Happening => ({ kind: 'deadline', deadline });
const del: Happening = { kind: 'delete' };

describe('merging what happens to a key', () => {
  it('keeps a put a put, whatever is added or set beside it', () => {
    expect(mergeAll(put('5'), increment(2, 7), expire(9000))).toEqual({
      kind: 'put',
      value: '7',
      deadline: 9000,
    });
  });

  it('adds increments up, and keeps a deadline set beside them', () => {
    expect(mergeAll(increment(2, 12), expire(9000), increment(3, 15))).toEqual({
      kind: 'increment',
      by: 5,
      full: 15,
      deadline: 9000,
    });
  });

  it('adds increments exactly beyond 2^53', () => {
    const half = 2n ** 61n;
    expect(mergeAll(increment(half), increment(half), increment(1))).toMatchObject({
      by: 2n ** 62n + 1n,
    });
    expect(mergeAll(put(String(2n ** 60n)), increment(1))).toMatchObject({
      value: String(2n ** 60n + 1n),
    });
  });

  it('writes the whole value after a deletion, never an increment or single fields', () => {
    expect(mergeAll(del, increment(3, 3))).toEqual({ kind: 'put', value: '3', deadline: null });
    expect(mergeAll(del, fields('a', '1'))).toEqual({
      kind: 'put-hash',
      fields: new Map([['a', '1']]),
      deadline: null,
    });
    expect(mergeAll(del, incrementField('n', 2, 2), fields('a', '1'), remove('n'))).toEqual({
      kind: 'put-hash',
      fields: new Map([['a', '1']]),
      deadline: null,
    });
  });

  it('writes the whole value after a change of type', () => {
    expect(mergeAll(fields('a', '1'), put('s'))).toEqual({
      kind: 'put',
      value: 's',
      deadline: null,
    });
    expect(mergeAll(fields('a', '1'), remove('a'), increment(1, 1))).toEqual({
      kind: 'put',
      value: '1',
      deadline: null,
    });
  });

  it('touches only the fields that were touched', () => {
    expect(mergeAll(fields('a', '1', 'b', '2'), remove('b'), incrementField('n', 4, 9))).toEqual({
      kind: 'fields',
      fields: new Map<string, unknown>([
        ['a', { kind: 'put', value: '1' }],
        ['b', { kind: 'delete' }],
        ['n', { kind: 'increment', by: 4, full: 9 }],
      ]),
      deadline: 'keep',
    });
  });

  it('turns an increment of a field that was put or removed into a put', () => {
    expect(mergeAll(fields('n', '5'), incrementField('n', 2, 7))).toMatchObject({
      fields: new Map([['n', { kind: 'put', value: '7' }]]),
    });
    expect(mergeAll(remove('n'), incrementField('n', 2, 2))).toMatchObject({
      fields: new Map([['n', { kind: 'put', value: '2' }]]),
    });
  });

  it('treats what has expired as deleted', () => {
    expect(mergeAll(put('5', NOW - 1), increment(1, 1))).toEqual({
      kind: 'put',
      value: '1',
      deadline: null,
    });
    expect(mergeAll(increment(5, 5), expire(NOW), fields('a', '1'))).toEqual({
      kind: 'put-hash',
      fields: new Map([['a', '1']]),
      deadline: null,
    });
  });

  it('keeps the deadline that is known with keepTtl', () => {
    expect(mergeAll(expire(9000), put('v', 'keep'))).toMatchObject({ deadline: 9000 });
    expect(mergeAll(put('v', 'keep'))).toMatchObject({ deadline: 'keep' });
    expect(mergeAll(put('a', 9000), put('v', 'keep'))).toMatchObject({ deadline: 9000 });
    expect(mergeAll(put('a', 9000), put('v'))).toMatchObject({ deadline: null });
  });

  it('removes a whole hash with its last field', () => {
    expect(mergeAll(del, fields('a', '1'), remove('a'))).toEqual({ kind: 'delete' });
  });

  it('begins anew after an increment of unknown fate', () => {
    expect(merge({ kind: 'nothing' }, increment(2, 4), NOW)).toMatchObject({ by: 2 });
  });
});
