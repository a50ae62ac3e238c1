import type { EvictionPolicy } from '@cachefb/core';
import { policySuite } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import {
  createEvictionPolicy,
  EVICTION_POLICY_NAMES,
  FifoPolicy,
  LfuPolicy,
  LruPolicy,
} from '../src/index.js';

for (const name of EVICTION_POLICY_NAMES) {
  policySuite({ describe, it }, name, (capacity) => createEvictionPolicy(name, capacity));
}
policySuite(
  { describe, it },
  'lfu, ageing',
  (capacity) => new LfuPolicy(capacity, { ageing: true }),
);

/** Plays a word: a letter is an insertion, or an access if it is there. Answers what was evicted, in order. */
function victims(policy: EvictionPolicy, capacity: number, requests: string): string {
  const slots = new Map<string, number>();
  const keys: string[] = [];
  let evicted = '';
  for (const key of requests) {
    const slot = slots.get(key);
    if (slot !== undefined) {
      policy.accessed(slot);
      continue;
    }
    let free = slots.size;
    if (slots.size >= capacity) {
      free = policy.evict();
      evicted += keys[free];
      slots.delete(keys[free]!);
    }
    policy.added(free, key);
    slots.set(key, free);
    keys[free] = key;
  }
  return evicted;
}

describe('LruPolicy', () => {
  it('evicts what was not used for longest', () => {
    expect(victims(new LruPolicy(), 3, 'abcabd')).toBe('c');
    expect(victims(new LruPolicy(), 3, 'abcade')).toBe('bc');
  });
});

describe('FifoPolicy', () => {
  it('evicts what came first, used or not', () => {
    expect(victims(new FifoPolicy(), 3, 'abcaaade')).toBe('ab');
  });
});

describe('LfuPolicy', () => {
  it('evicts the lowest count, and the least recently used among equals', () => {
    expect(victims(new LfuPolicy(), 3, 'aabbcd')).toBe('c');
    expect(victims(new LfuPolicy(), 3, 'abcbad')).toBe('c');
    expect(victims(new LfuPolicy(), 3, 'abcbacd')).toBe('b');
  });

  it('keeps what was popular for ever unless it ages', () => {
    const requests = `${'a'.repeat(10)}${'bcdefgh'.repeat(6)}`;
    expect(victims(new LfuPolicy(), 2, requests)).not.toContain('a');
    expect(victims(new LfuPolicy(2, { ageing: true }), 2, requests)).toContain('a');
  });

  it('refuses an option that it does not have', () => {
    expect(() => new LfuPolicy(2, { ageing: 1 as never })).toThrow(/lfu\.ageing.*got 1/);
    expect(() => new LfuPolicy(2, { aging: true } as never)).toThrow(/lfu\.aging/);
  });
});

describe('createEvictionPolicy', () => {
  it('makes each policy by its name', () => {
    for (const name of EVICTION_POLICY_NAMES) {
      expect(createEvictionPolicy(name, 10).name).toBe(name);
    }
  });

  it('takes a policy object as it is', () => {
    const policy = new LruPolicy();
    expect(createEvictionPolicy(policy, 10)).toBe(policy);
  });

  it.each(['LRU', '', 'toString', 'mru', {}, null, 3])(
    'refuses %j, naming what it knows',
    (bad) => {
      expect(() => createEvictionPolicy(bad as never, 10)).toThrow(
        expect.objectContaining({
          code: 'CONFIGURATION',
          option: 'evictionPolicy',
          message: expect.stringMatching(/'lru', 'lfu', 'fifo'.*'none'/),
        }),
      );
    },
  );
});
