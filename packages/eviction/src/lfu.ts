import type { EvictionPolicy } from '@cachefb/core';
import { booleanOption, optionsObject } from '@cachefb/core';
import { CountList } from './count-list.js';

/** Options of {@link LfuPolicy}. */
export interface LfuOptions {
  /**
   * Lets a newcomer start one above the count of the last entry evicted instead of at 1, so that what was popular long
   * ago does not stay for ever.
   * @defaultValue `false`
   */
  readonly ageing?: boolean;
}

/**
 * Evicts the entry with the lowest access count; among equals the one used least recently.
 *
 * Entries of one count are in one list, and the lists are linked in the order of their counts, so that a hit moves an
 * entry to the list beside its own and nothing is ever searched.
 *
 * Ageing follows LFU-DA, with the deviation that the age is added when an entry comes, and not again at every hit,
 * which keeps a hit O(1).
 *
 * @see K. Shah, A. Mitra, D. Matani, "An O(1) algorithm for implementing the LFU cache eviction scheme", 2010
 * @see M. Arlitt et al., "Evaluating content management techniques for Web proxy caches", 2000 (LFU-DA)
 */
export class LfuPolicy implements EvictionPolicy {
  readonly name = 'lfu';
  readonly #counts: CountList;
  readonly #ageing: boolean;
  #age = 0;

  /** @param capacity - how many entries are expected; more are welcome. */
  constructor(capacity = 0, options?: LfuOptions) {
    const { ageing } = optionsObject<LfuOptions>('lfu', options, ['ageing']);
    this.#ageing = booleanOption('lfu.ageing', ageing, false);
    this.#counts = new CountList(capacity);
  }

  added(slot: number): void {
    this.#counts.add(slot, this.#age + 1);
  }

  accessed(slot: number): void {
    this.#counts.increment(slot);
  }

  removed(slot: number): void {
    this.#counts.remove(slot);
  }

  evict(): number {
    if (this.#ageing) this.#age = this.#counts.lowest();
    return this.#counts.shift();
  }

  clear(): void {
    this.#age = 0;
    this.#counts.clear();
  }
}
