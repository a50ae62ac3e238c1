import assert from 'node:assert/strict';
import type { EvictionPolicy } from '@cachefb/core';
import fc from 'fast-check';
import type { TestApi } from '../test-api.js';
import { PolicyModel } from './policy-model.js';

/** Options of {@link policySuite}. */
export interface PolicySuiteOptions {
  /** Random histories tried for each property. @defaultValue `300` */
  readonly runs?: number;
}

type Step =
  | { readonly do: 'insert'; readonly key: string }
  | { readonly do: 'access' | 'remove'; readonly pick: number }
  | { readonly do: 'evict' | 'clear' };

const pick = fc.nat(1000);
const key = fc.nat(40).map((n) => `key:${n}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('insert' as const), key }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('access' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), pick }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'evict' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'clear' }) },
);
const history = fc.array(step, { maxLength: 200, size: 'max' });
const capacity = fc.integer({ min: 1, max: 20 });

/**
 * What every eviction policy owes a cache, as properties over random histories: never over capacity, a victim is always
 * a live entry, every entry can leave, entries may be removed in any order, and everything works again after a clear.
 *
 * @param create - makes a new policy for a cache of about `capacity` entries.
 */
export function policySuite(
  { describe, it }: TestApi,
  name: string,
  create: (capacity: number) => EvictionPolicy,
  { runs = 300 }: PolicySuiteOptions = {},
): void {
  const check = <Ts>(property: fc.IProperty<Ts>) => fc.assert(property, { numRuns: runs });

  describe(`eviction policy ${name}`, () => {
    it('keeps to the capacity and only ever evicts live entries', () => {
      check(
        fc.property(capacity, history, (size, steps) => {
          const model = new PolicyModel(create(size));
          for (const one of steps) run(model, one, size);
          model.drain();
        }),
      );
    });

    it('grows beyond the capacity that it was made for', () => {
      check(
        fc.property(history, (steps) => {
          const model = new PolicyModel(create(1));
          for (const one of steps) run(model, one, Number.POSITIVE_INFINITY);
          for (let i = 0; i < 300; i++) model.add(`more:${i}`);
          model.drain();
        }),
      );
    });

    it('lets entries be removed in any order', () => {
      check(
        fc.property(capacity, fc.array(pick, { maxLength: 60 }), (size, picks) => {
          const model = new PolicyModel(create(size));
          for (let i = 0; i < size; i++) model.insert(`key:${i}`, size);
          for (const one of picks) model.remove(one);
          assert.equal(model.live.size, Math.max(0, size - picks.length));
          model.drain();
        }),
      );
    });

    it('refills after a clear', () => {
      check(
        fc.property(capacity, history, history, (size, before, after) => {
          const model = new PolicyModel(create(size));
          for (const one of before) run(model, one, size);
          model.clear();
          assert.equal(create(size).evict(), -1);
          for (const one of after) run(model, one, size);
          for (let i = 0; i < 2 * size; i++) model.insert(`again:${i}`, size);
          model.drain();
        }),
      );
    });

    it('has a name', () => {
      assert.match(create(1).name, /\S/);
    });
  });
}

function run(model: PolicyModel, step: Step, capacity: number): number {
  if (step.do === 'insert') return model.insert(step.key, capacity);
  if (step.do === 'evict') return model.evict();
  if (step.do === 'access') model.access(step.pick);
  else if (step.do === 'remove') model.remove(step.pick);
  else model.clear();
  return -1;
}
