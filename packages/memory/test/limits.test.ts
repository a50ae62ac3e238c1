import { EVICTION_POLICY_NAMES } from '@cachefb/eviction';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LimitsModel, steps } from './support/limits-model.js';

const maxSize = fc.integer({ min: 1, max: 6 });
const maxMemory = fc.constantFrom(undefined, 300, 700, 1500);
const defaultTTL = fc.constantFrom(0, 0, 35);

it.each(EVICTION_POLICY_NAMES)(
  'limits, pins, expiry and metrics fit together under %s, whatever is done',
  (evictionPolicy) => {
    fc.assert(
      fc.property(maxSize, maxMemory, defaultTTL, steps, (size, memory, ttl, done) => {
        const model = new LimitsModel({
          maxSize: size,
          maxMemory: memory,
          defaultTTL: ttl,
          evictionPolicy,
        });
        for (const step of done) model.step(step);
        model.end();
      }),
      { numRuns: 25 },
    );
    expect.hasAssertions();
  },
);
