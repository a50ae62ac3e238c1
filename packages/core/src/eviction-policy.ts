/**
 * Decides which entry leaves a full cache. The cache numbers its entries by *slots*, small integers that are reused, so
 * that a policy can keep its bookkeeping in flat arrays. Every method must be O(1), amortised.
 *
 * The cache calls `added` for a new entry, `accessed` for every hit and overwrite, `removed` for an entry that left for
 * any reason other than `evict` (deleted, expired, pinned), and `evict` when it needs room, before the newcomer is
 * added. A pinned entry is not in the policy at all: it is removed when it is pinned, and added when it is unpinned.
 *
 * One policy object serves one cache.
 */
export interface EvictionPolicy {
  /** A name for metrics and messages. */
  readonly name: string;
  /**
   * `false` for a policy that never evicts anything: with `maxMemory` reached, writes that need room are then refused.
   * @defaultValue `true`
   */
  readonly evicts?: boolean;
  /** An entry was added in `slot`. `key` is for policies that remember what they evicted. */
  added(slot: number, key: string): void;
  /** The entry in `slot` was read or overwritten. */
  accessed(slot: number): void;
  /** The entry in `slot` left, not by {@link EvictionPolicy.evict}. */
  removed(slot: number): void;
  /** Forgets one entry and answers its slot, or `-1` to evict nothing. */
  evict(): number;
  /** All entries left. */
  clear(): void;
  /** Figures of the policy's own, shown beside the cache's metrics. */
  counters?(): Readonly<Record<string, number>>;
}
