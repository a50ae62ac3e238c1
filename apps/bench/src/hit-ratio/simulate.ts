import type { EvictionPolicy } from '@cachefb/core';

/** The share of requests that find their key in a cache of `capacity` entries under a policy. */
export function hitRatio(policy: EvictionPolicy, requests: Uint32Array, capacity: number): number {
  const slots = new Map<number, number>();
  const keys = new Uint32Array(capacity);
  let hits = 0;
  for (const key of requests) {
    const found = slots.get(key);
    if (found !== undefined) {
      hits++;
      policy.accessed(found);
      continue;
    }
    let slot = slots.size;
    if (slot >= capacity) {
      slot = policy.evict();
      slots.delete(keys[slot]!);
    }
    policy.added(slot, String(key));
    slots.set(key, slot);
    keys[slot] = key;
  }
  return hits / requests.length;
}
