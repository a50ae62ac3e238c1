import { expect, it } from 'vitest';
import { SlotSet } from '../src/slot-set.js';

it('is as a Set of whole numbers, whatever is done to it', () => {
  const slots = new SlotSet();
  const set = new Set<number>();
  let seed = 1;
  const random = (limit: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  for (let i = 0; i < 20_000; i++) {
    const slot = random(i < 5000 ? 50 : 5000);
    const chosen = random(100);
    if (chosen === 0) {
      slots.clear();
      set.clear();
    } else if (chosen < 60) {
      expect(slots.add(slot)).toBe(!set.has(slot));
      set.add(slot);
    } else expect(slots.delete(slot)).toBe(set.delete(slot));
    expect(slots.has(slot)).toBe(set.has(slot));
    expect(slots.size).toBe(set.size);
  }
});

it('a slot far beyond the others is not in it before it is added', () => {
  const slots = new SlotSet();
  expect(slots.has(1_000_000)).toBe(false);
  slots.add(1_000_000);
  expect(slots.has(1_000_000)).toBe(true);
  expect(slots.has(999_999)).toBe(false);
});
