import assert from 'node:assert/strict';
import type { EvictionPolicy } from '@cachefb/core';

/** A cache reduced to what a policy sees: which slots are in use. Asserts what every policy owes a cache. */
export class PolicyModel {
  /** The slots that the policy knows, in the order in which they came. */
  readonly live = new Set<number>();
  readonly #policy: EvictionPolicy;
  readonly #free: number[] = [];
  #next = 0;

  constructor(policy: EvictionPolicy) {
    this.#policy = policy;
  }

  /** Adds an entry in a slot that is free; answers the slot. */
  add(key: string): number {
    const slot = this.#free.pop() ?? this.#next++;
    this.#policy.added(slot, key);
    this.live.add(slot);
    return slot;
  }

  /** Uses the entry that `pick` falls on, if there is any. */
  access(pick: number): void {
    const slot = this.#pick(pick);
    if (slot !== undefined) this.#policy.accessed(slot);
  }

  /** Removes the entry that `pick` falls on, if there is any. */
  remove(pick: number): void {
    const slot = this.#pick(pick);
    if (slot === undefined) return;
    this.#policy.removed(slot);
    this.#release(slot);
  }

  /** Evicts; the victim must be a live entry, and there must be one unless nothing is there or the policy never evicts. */
  evict(): number {
    const slot = this.#policy.evict();
    if (this.#policy.evicts === false || this.live.size === 0) {
      assert.equal(slot, -1, 'there is nothing to evict');
      return slot;
    }
    assert.ok(this.live.has(slot), `evicted slot ${slot}, which holds no entry`);
    this.#release(slot);
    return slot;
  }

  /** Adds as a cache of `capacity` entries does: making room first. */
  insert(key: string, capacity: number): number {
    if (this.live.size >= capacity) this.evict();
    const slot = this.add(key);
    if (this.#policy.evicts !== false) assert.ok(this.live.size <= capacity, 'over capacity');
    return slot;
  }

  /** Empties the cache. */
  clear(): void {
    this.#policy.clear();
    this.live.clear();
    this.#free.length = 0;
    this.#next = 0;
  }

  /** Evicts everything: each live entry leaves once, then there is nothing more. */
  drain(): void {
    if (this.#policy.evicts === false) return;
    for (let left = this.live.size; left > 0; left--) this.evict();
    assert.equal(this.#policy.evict(), -1, 'an empty policy evicts nothing');
  }

  #pick(pick: number): number | undefined {
    return [...this.live][pick % Math.max(1, this.live.size)];
  }

  #release(slot: number): void {
    this.live.delete(slot);
    this.#free.push(slot);
  }
}
