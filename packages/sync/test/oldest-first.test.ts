import { expect, it } from 'vitest';
import { OldestFirst } from '../src/oldest-first.js';

it('hands out the oldest entry each time, whatever comes and goes in between', () => {
  const map = new Map<string, string>();
  const oldest = new OldestFirst(map);
  const take = () => {
    const value = oldest.next();
    if (value !== undefined) map.delete(value);
    return value;
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
