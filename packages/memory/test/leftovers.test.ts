import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';
import { Leftovers } from '../src/leftovers.js';
import { Slots } from '../src/slots.js';

const ENTRIES = 400_000;
/** More than it takes to empty them all. */
const STEPS = 30;

/** As many slots in use, each with a key and a value. */
function make() {
  const clock = new FakeClock();
  const slots = new Slots(ENTRIES);
  for (let i = 0; i < ENTRIES; i++) slots.take(8);
  const keys = new Array<string>(ENTRIES).fill('key');
  const values = new Array<string>(ENTRIES).fill('value');
  const leftovers = new Leftovers(keys, values, slots, clock);
  return { clock, slots, keys, values, leftovers };
}

const left = (array: readonly string[]) => array.filter((item) => item !== '').length;

describe('what a flush leaves behind', () => {
  it('is emptied in steps, and none of them during the flush, if it is much', () => {
    const { clock, slots, keys, values, leftovers } = make();
    slots.clear();
    leftovers.empty(ENTRIES);
    expect(left(keys)).toBe(ENTRIES);
    clock.tick(1);
    expect(left(keys)).toBeGreaterThan(ENTRIES / 2);
    expect(left(keys)).toBeLessThan(ENTRIES);
    expect(left(values)).toBe(left(keys));
    for (let i = 0; i < STEPS; i++) clock.tick(1);
    expect(left(keys)).toBe(0);
    expect(left(values)).toBe(0);
  });

  it('is emptied at once if it is little', () => {
    const { slots, keys, leftovers } = make();
    slots.clear();
    leftovers.empty(100);
    expect(left(keys)).toBe(ENTRIES - 100);
  });

  it('does not touch what is in use again', () => {
    const { clock, slots, keys, values, leftovers } = make();
    slots.clear();
    leftovers.empty(ENTRIES);
    for (let i = 0; i < ENTRIES / 2; i++) {
      const slot = slots.take(8);
      keys[slot] = 'new';
      values[slot] = 'new';
    }
    for (let i = 0; i < STEPS; i++) clock.tick(1);
    expect(left(keys)).toBe(ENTRIES / 2);
    expect(keys.every((key, i) => key === (i < ENTRIES / 2 ? 'new' : ''))).toBe(true);
    expect(left(values)).toBe(ENTRIES / 2);
  });

  it('is emptied as well when a second flush follows a first one', () => {
    const { clock, slots, keys, leftovers } = make();
    slots.clear();
    leftovers.empty(ENTRIES);
    keys[slots.take(8)] = 'new';
    slots.clear();
    leftovers.empty(1);
    for (let i = 0; i < STEPS; i++) clock.tick(1);
    expect(left(keys)).toBe(0);
  });

  it('is never seen: the cache is empty at once, and takes new entries meanwhile', () => {
    const clock = new FakeClock();
    const cache = new InMemoryCache({ maxSize: ENTRIES, clock });
    for (let i = 0; i < ENTRIES; i++) cache.sync.set(`old:${i}`, 'v');
    cache.sync.flushall();
    expect(cache.size()).toBe(0);
    expect(cache.sync.keys('*')).toEqual([]);
    expect(cache.getMetrics().memoryUsage).toBe(0);
    cache.sync.set('new', 'v');
    for (let i = 0; i < STEPS; i++) clock.tick(1);
    expect(cache.sync.keys('*')).toEqual(['new']);
    expect(cache.sync.get('old:7')).toBeNull();
    for (let i = 0; i < ENTRIES; i++) cache.sync.set(`more:${i}`, 'w');
    expect(cache.size()).toBe(ENTRIES);
    expect(cache.sync.get('more:399999')).toBe('w');
  });
});
