import type { EvictionPolicy } from '@cachefb/core';
import { ByteArray } from './byte-array.js';
import { GhostQueue } from './ghost-queue.js';
import { KeyHashes } from './key-hashes.js';
import { SlotLinks, SlotList } from './slot-list.js';

/** The part of the cache that newcomers pass through. */
const SMALL = 0.1;
/** How often a newcomer must be used to stay. */
const PROMOTION = 2;
/** Uses are counted up to this. */
const MOST_USES = 3;
/** The most entries that one eviction moves. */
const LONGEST_PASS = 8192;
/** Set beside the uses of an entry in the main queue. */
const IN_MAIN = 4;

/**
 * Newcomers enter a small FIFO queue, a tenth of the cache. Those used twice there go on to the main queue, the others
 * leave, and are remembered for a while: one that comes back enters the main queue at once. In the main queue an
 * entry that was used goes round again. A hit only counts. 13 bytes an entry, and about 29 to remember what left.
 *
 * Deviations from the paper: the small queue is a tenth of the entries there are, so that it also fits a cache bounded by
 * bytes; an eviction moves 8192 entries at most, so that it stays short in a cache of millions.
 *
 * @see J. Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023
 */
export class S3FifoPolicy implements EvictionPolicy {
  readonly name = 's3-fifo';
  readonly #links: SlotLinks;
  readonly #small: SlotList;
  readonly #main: SlotList;
  readonly #uses: ByteArray;
  readonly #hashes: KeyHashes;
  #ghosts: GhostQueue;
  #ghostCapacity: number;
  #returned = 0;

  /** @param capacity - how many entries are expected; more are welcome. */
  constructor(capacity = 0) {
    this.#links = new SlotLinks(2, capacity);
    this.#small = new SlotList(this.#links, 0);
    this.#main = new SlotList(this.#links, 1);
    this.#uses = new ByteArray(capacity);
    this.#hashes = new KeyHashes(capacity);
    this.#ghostCapacity = Math.max(64, capacity);
    this.#ghosts = new GhostQueue(this.#ghostCapacity);
  }

  added(slot: number, key: string): void {
    this.#links.reserve(slot);
    this.#uses.reserve(slot);
    const hash = this.#hashes.set(slot, key);
    if (this.#ghosts.take(hash, this.#ghostLength())) {
      this.#returned++;
      this.#uses.bytes[slot] = IN_MAIN;
      this.#main.push(slot);
    } else {
      this.#uses.bytes[slot] = 0;
      this.#small.push(slot);
    }
  }

  accessed(slot: number): void {
    const uses = this.#uses.bytes[slot]!;
    if ((uses & MOST_USES) < MOST_USES) this.#uses.bytes[slot] = uses + 1;
  }

  removed(slot: number): void {
    this.#listOf(slot).remove(slot);
  }

  evict(): number {
    const all = this.#small.length + this.#main.length;
    const most = Math.max(1, Math.floor(SMALL * all));
    for (let moved = 0; ; moved++) {
      const fromSmall = this.#main.length === 0 || this.#small.length >= most;
      const slot = (fromSmall ? this.#small : this.#main).shift();
      if (slot === -1) return -1;
      const uses = this.#uses.bytes[slot]! & MOST_USES;
      const stays = fromSmall ? uses >= PROMOTION : uses > 0;
      if (!stays || moved >= LONGEST_PASS) {
        if (fromSmall) this.#remember(slot, all);
        return slot;
      }
      this.#uses.bytes[slot] = IN_MAIN + (fromSmall ? 0 : uses - 1);
      this.#main.push(slot);
    }
  }

  clear(): void {
    this.#small.clear();
    this.#main.clear();
    this.#ghosts.clear();
  }

  /** `small` and `main`: entries in each queue; `returned`: how many came back soon after they had left. */
  counters(): Readonly<Record<string, number>> {
    return { small: this.#small.length, main: this.#main.length, returned: this.#returned };
  }

  #listOf(slot: number): SlotList {
    return this.#uses.bytes[slot]! & IN_MAIN ? this.#main : this.#small;
  }

  #ghostLength(): number {
    return Math.ceil((1 - SMALL) * (this.#small.length + this.#main.length));
  }

  #remember(slot: number, all: number): void {
    if (all > this.#ghostCapacity) {
      this.#ghostCapacity = 2 * all;
      this.#ghosts = new GhostQueue(this.#ghostCapacity);
    }
    this.#ghosts.add(this.#hashes.get(slot), this.#ghostLength());
  }
}
