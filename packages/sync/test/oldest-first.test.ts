import { expect, it } from 'vitest';
import { OldestFirst } from '../src/oldest-first.js';

it('hands out the oldest entry each time, whatever comes and goes in between', () => {
  const map = new Map<string, string>();
  const oldest = new OldestFirst(map);
  const take = () => {
    const key = oldest.next();
    if (key !== undefined) map.delete(key);
    return key;
  };
  expect(take()).toBeUndefined();
  for (const name of ['a', 'b', 'c', 'd']) map.set(name, name);
  expect(take()).toBe('a');
  map.delete('b');
  map.set('a', 'a');
  expect([take(), take(), take(), take()]).toEqual(['c', 'd', 'a', undefined]);
  map.set('e', 'e');
  expect(take()).toBe('e');
  map.set('f', 'f');
  map.clear();
  map.set('g', 'g');
  expect(take()).toBe('g');
});

it('passes over what stays until all others have been handed out', () => {
  const map = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const oldest = new OldestFirst(map);
  expect([oldest.next(), oldest.next(), oldest.next()]).toEqual(['a', 'b', 'a']);
});

it('finds its place again after more has come and gone than there is', () => {
  const map = new Map<number, number>([
    [-1, -1],
    [-2, -2],
  ]);
  const oldest = new OldestFirst(map);
  expect(oldest.next()).toBe(-1);
  map.delete(-1);
  for (let i = 0; i < 5000; i++) {
    map.set(i, i);
    oldest.added();
    map.delete(i - 1);
  }
  expect([oldest.next(), oldest.next(), oldest.next()]).toEqual([-2, 4999, -2]);
});
