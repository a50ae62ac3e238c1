import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DirtyBatch, DirtyKeys } from '../src/store-writer/dirty-keys.js';

interface Item {
  readonly name: string;
}

const key = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key }),
  fc.record({ do: fc.constant('addNew' as const), key }),
  fc.record({ do: fc.constant('addItem' as const), key }),
  fc.record({ do: fc.constant('has' as const), key }),
  fc.record({ do: fc.constantFrom('clear' as const, 'size' as const, 'take' as const) }),
  fc.record({ do: fc.constant('giveBack' as const) }),
);

const keyOf = (one: string | Item) => (typeof one === 'string' ? one : one.name);
const keysOf = ({ keys }: DirtyBatch<Item>) => new Set(keys.map(keyOf));

describe('the keys that a store does not know yet', () => {
  it('are all there when they are taken, however they were told of', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const dirty = new DirtyKeys<Item>(({ name }) => name);
        let keys = new Set<string>();
        let cleared = false;
        let taken: DirtyBatch<Item> = { cleared: false, keys: [] };
        for (const one of steps) {
          if (one.do === 'add') dirty.add(one.key);
          if (one.do === 'addNew') dirty.addNew(one.key);
          if (one.do === 'addItem') dirty.addNew({ name: one.key });
          if (one.do === 'has') expect(dirty.has(one.key)).toBe(cleared || keys.has(one.key));
          else if ('key' in one) keys.add(one.key);
          if (one.do === 'size') {
            expect(dirty.size).toBeGreaterThanOrEqual(keys.size + (cleared ? 1 : 0));
          }
          if (one.do === 'clear') {
            dirty.clear();
            keys = new Set();
            cleared = true;
          }
          if (one.do === 'giveBack') {
            dirty.giveBack(taken);
            if (!cleared) {
              for (const given of keysOf(taken)) keys.add(given);
              cleared = taken.cleared;
            }
            taken = { cleared: false, keys: [] };
          }
          if (one.do === 'take') {
            taken = dirty.take();
            expect(taken.cleared).toBe(cleared);
            expect(keysOf(taken)).toEqual(keys);
            keys = new Set();
            cleared = false;
          }
          expect(dirty.isEmpty).toBe(keys.size === 0 && !cleared);
        }
      }),
    );
  });

  it('are handed out as the item that told of them, once', () => {
    const dirty = new DirtyKeys<Item>(({ name }) => name);
    const item = { name: 'a' };
    dirty.add('a');
    dirty.add('b');
    dirty.addNew(item);
    expect(dirty.size).toBe(2);
    expect(dirty.take()).toEqual({ cleared: false, keys: ['b', item] });
  });

  it('are those that exist once there are too many', () => {
    const dirty = new DirtyKeys<Item>(({ name }) => name);
    for (let i = 0; i < 200_000; i++) dirty.addNew({ name: String(i) });
    expect(dirty.size).toBe(Number.POSITIVE_INFINITY);
    expect(dirty.has('a')).toBe(true);
    expect(dirty.takeOverflow(['a', 'b'])).toBe(true);
    expect(dirty.take()).toEqual({ cleared: false, keys: ['a', 'b'] });
  });
});
