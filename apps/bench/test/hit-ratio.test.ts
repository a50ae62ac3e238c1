import { createEvictionPolicy, EVICTION_POLICY_NAMES } from '@cachefb/eviction';
import { describe, expect, it } from 'vitest';
import { optimalHitRatio } from '../src/hit-ratio/optimum.js';
import { hitRatio } from '../src/hit-ratio/simulate.js';

const CAPACITY = 100;
const LENGTH = 20_000;

const trace = (key: (i: number) => number): Uint32Array =>
  Uint32Array.from({ length: LENGTH }, (_, i) => key(i));

/** Loads that are bad for one policy or another, and the highest hit ratio that anything could have. */
const TRACES = {
  'a loop one longer than the cache': { requests: trace((i) => i % 101), optimum: 0.985 },
  'a loop twice as long': { requests: trace((i) => i % 200), optimum: 0.495 },
  'keys that come once': { requests: trace((i) => i), optimum: 0 },
  'keys that come twice in a row': { requests: trace((i) => i >> 1), optimum: 0.5 },
  'one key': { requests: trace(() => 7), optimum: 1 - 1 / LENGTH },
  'to and fro': { requests: trace((i) => Math.abs((i % 400) - 200)), optimum: 0.487 },
  'a loop that fits and scans between': {
    requests: trace((i) => (i % 1000 < 500 ? i % 100 : 1000 + i)),
    optimum: 0.495,
  },
};

const POLICIES = EVICTION_POLICY_NAMES.filter((name) => name !== 'none');

const played = (policy: (typeof POLICIES)[number], requests: Uint32Array) =>
  hitRatio(createEvictionPolicy(policy, CAPACITY), requests, CAPACITY);

describe.each(Object.entries(TRACES))('%s', (_, { requests, optimum }) => {
  it('has an optimum', () => {
    expect(optimalHitRatio(requests, CAPACITY)).toBeCloseTo(optimum, 2);
  });

  it.each(POLICIES)('does not let %s do better than is possible', (policy) => {
    expect(played(policy, requests)).toBeLessThanOrEqual(optimalHitRatio(requests, CAPACITY));
  });
});

describe('in a loop just too long', () => {
  const { requests } = TRACES['a loop one longer than the cache'];

  it.each(['lru', 'fifo', 'sieve'] as const)('%s never finds anything', (policy) => {
    expect(played(policy, requests)).toBe(0);
  });

  it.each(['s3-fifo', 'w-tinylfu'] as const)('%s keeps most of it', (policy) => {
    expect(played(policy, requests)).toBeGreaterThan(0.85);
  });
});

it.each(POLICIES)('%s finds every second of the keys that come twice in a row', (policy) => {
  expect(played(policy, TRACES['keys that come twice in a row'].requests)).toBe(0.5);
});
