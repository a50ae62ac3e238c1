import { CacheError, type EvictionPolicy } from '@cachefb/core';
import { accessed, added, callsFor, evict } from './policy-calls.js';
import { SlotSet } from './slot-set.js';

/** Which entry leaves a full cache: what the policy chooses, of the entries that are not pinned. */
export class Evictor {
  /** Whether anything ever leaves. */
  readonly evicts: boolean;
  readonly #policy: EvictionPolicy;
  readonly #calls: number;
  readonly #pinned = new SlotSet();

  constructor(policy: EvictionPolicy) {
    this.#policy = policy;
    this.#calls = callsFor(policy);
    this.evicts = policy.evicts ?? true;
  }

  /** How many entries are pinned. */
  get pinned(): number {
    return this.#pinned.size;
  }

  /** Whether an entry is pinned. */
  isPinned(slot: number): boolean {
    return this.#pinned.has(slot);
  }

  /** An entry was added. */
  added(slot: number, key: string): void {
    added(this.#calls, this.#policy, slot, key);
  }

  /** An entry was used. */
  touched(slot: number): void {
    if (!this.isPinned(slot)) accessed(this.#calls, this.#policy, slot);
  }

  /** An entry left, not by {@link Evictor.evict}. */
  removed(slot: number): void {
    if (!this.#pinned.delete(slot)) this.#policy.removed(slot);
  }

  /** The slot of the entry that leaves now, `-1` for none. */
  evict(): number {
    return evict(this.#calls, this.#policy);
  }

  /** What is to be thrown when the policy chose a slot that it was not given. */
  mistake(slot: number): CacheError {
    return new CacheError(
      'EVICTION_POLICY',
      `eviction policy '${this.#policy.name}' chose slot ${slot}, which holds no entry that it was given`,
    );
  }

  /** Keeps an entry from being evicted; `false` if it was pinned already. */
  pin(slot: number): boolean {
    if (!this.#pinned.add(slot)) return false;
    this.#policy.removed(slot);
    return true;
  }

  /** Ends {@link Evictor.pin}; `false` if the entry was not pinned. */
  unpin(slot: number, key: string): boolean {
    if (!this.#pinned.delete(slot)) return false;
    this.#policy.added(slot, key);
    return true;
  }

  /** All entries left. */
  clear(): void {
    this.#pinned.clear();
    this.#policy.clear();
  }
}
