import type { EvictionPolicy } from '@cachefb/core';
import { createEvictionPolicy, EVICTION_POLICY_NAMES } from '@cachefb/eviction';
import { expect, it } from 'vitest';
import { accessed, added, callsFor, evict } from '../src/policy-calls.js';

/** A policy of a class of its own, which notes what it is told. */
function policyOfNewClass(told: string[]): EvictionPolicy {
  return new (class {
    readonly name = 'noting';
    added(slot: number, key: string) {
      told.push(`added ${slot} ${key}`);
    }
    accessed(slot: number) {
      told.push(`accessed ${slot}`);
    }
    removed() {}
    evict() {
      told.push('evict');
      return 7;
    }
    clear() {}
  })();
}

it('gives each of the seven policies calls of its own, and the same ones every time', () => {
  const calls = EVICTION_POLICY_NAMES.map((name) => callsFor(createEvictionPolicy(name, 10)));
  expect(new Set(calls).size).toBe(EVICTION_POLICY_NAMES.length);
  expect(EVICTION_POLICY_NAMES.map((name) => callsFor(createEvictionPolicy(name, 99)))).toEqual(
    calls,
  );
});

it('reaches the policy that is handed in, by whichever calls', () => {
  for (let calls = 0; calls < 9; calls++) {
    const told: string[] = [];
    const policy = policyOfNewClass(told);
    accessed(calls, policy, 3);
    added(calls, policy, 4, 'key');
    expect(evict(calls, policy)).toBe(7);
    expect(told).toEqual(['accessed 3', 'added 4 key', 'evict']);
  }
});

it('has calls left for policies of any number of classes', () => {
  for (let i = 0; i < 20; i++) expect(callsFor(policyOfNewClass([]))).toBeLessThanOrEqual(7);
});
