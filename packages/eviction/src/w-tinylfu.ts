import type { EvictionPolicy } from '@cachefb/core';
import { ByteArray } from './byte-array.js';
import { FrequencySketch } from './frequency-sketch.js';
import { HillClimber } from './hill-climber.js';
import { KeyHashes } from './key-hashes.js';
import { SlotLinks, SlotList } from './slot-list.js';

const WINDOW = 0;
const PROBATION = 1;
const PROTECTED = 2;
/** The parts of the cache to begin with: the window of all, the protected entries of the rest. */
const WINDOW_PART = 0.01;
const PROTECTED_PART = 0.8;
/** The most entries that are moved at once when the window changes its size. */
const LONGEST_MOVE = 1000;
/** By which factor the number of entries may differ from what the parts were made for. */
const TOLERANCE = 2;

/**
 * Newcomers enter a window; when they have to leave it, the one that was seen more often lately stays: it, or the next
 * victim of the main part. How often keys were seen is estimated for all keys, also those no longer there. The main
 * part is a segmented LRU: what is used again is protected. The size of the window adapts to the load.
 * 13 bytes an entry, and 8 to 16 for the estimate.
 *
 * Deviations from Caffeine, whose parameters these are: nothing is admitted by chance; if the number of entries
 * turns out to be another than `capacity` by a factor of two (in a cache bounded by bytes), everything starts anew for
 * that number.
 *
 * @see G. Einziger, R. Friedman, B. Manes, "TinyLFU: a highly efficient cache admission policy", ACM TOS 2017
 * @see G. Einziger, O. Eytan, R. Friedman, B. Manes, "Adaptive software cache management", Middleware 2018
 */
export class WTinyLfuPolicy implements EvictionPolicy {
  readonly name = 'w-tinylfu';
  readonly #links: SlotLinks;
  readonly #lists: readonly [SlotList, SlotList, SlotList];
  readonly #part: ByteArray;
  readonly #hashes: KeyHashes;
  #capacity = 0;
  #windowMost = 0;
  #protectedMost = 0;
  #sketch: FrequencySketch;
  #climber: HillClimber;
  /** By how many entries the window is still to grow, or if negative to shrink. */
  #adjustment = 0;

  /** @param capacity - how many entries are expected. */
  constructor(capacity = 0) {
    this.#links = new SlotLinks(3, capacity);
    this.#lists = [
      new SlotList(this.#links, WINDOW),
      new SlotList(this.#links, PROBATION),
      new SlotList(this.#links, PROTECTED),
    ];
    this.#part = new ByteArray(capacity);
    this.#hashes = new KeyHashes(capacity);
    this.#sketch = new FrequencySketch(capacity);
    this.#climber = new HillClimber(capacity);
    this.#fit(capacity);
  }

  added(slot: number, key: string): void {
    this.#links.reserve(slot);
    this.#part.reserve(slot);
    this.#sketch.increment(this.#hashes.set(slot, key));
    this.#climber.miss();
    this.#push(slot, WINDOW);
    const window = this.#lists[WINDOW];
    while (window.length > this.#windowMost) this.#push(window.shift(), PROBATION);
    this.#climb();
  }

  accessed(slot: number): void {
    this.#sketch.increment(this.#hashes.get(slot));
    this.#climber.hit();
    if (this.#part.bytes[slot] === PROBATION) {
      this.#lists[PROBATION].remove(slot);
      this.#push(slot, PROTECTED);
      this.#demote();
    } else {
      this.#lists[this.#part.bytes[slot] as 0 | 2].renew(slot);
    }
  }

  removed(slot: number): void {
    this.#lists[this.#part.bytes[slot] as 0 | 1 | 2].remove(slot);
  }

  evict(): number {
    const [window, probation, protectedPart] = this.#lists;
    const all = window.length + probation.length + protectedPart.length;
    if (all === 0) return -1;
    if (all > TOLERANCE * this.#capacity || all * TOLERANCE < this.#capacity) this.#refit(all);
    const main = probation.length > 0 ? probation : protectedPart;
    if (main.length === 0) return window.shift();
    // Where the newcomer will not push anything out of the window there is no candidate.
    if (window.length < this.#windowMost) return main.shift();
    return this.#frequency(window.oldest()) > this.#frequency(main.oldest())
      ? main.shift()
      : window.shift();
  }

  clear(): void {
    for (const list of this.#lists) list.clear();
    this.#sketch.clear();
    this.#climber = new HillClimber(this.#capacity);
    this.#fit(this.#capacity);
  }

  /** `window`, `probation`, `protected`: entries in each part; `windowMost`: what the window has adapted to. */
  counters(): Readonly<Record<string, number>> {
    const [window, probation, protectedPart] = this.#lists;
    return {
      window: window.length,
      probation: probation.length,
      protected: protectedPart.length,
      windowMost: this.#windowMost,
    };
  }

  #fit(capacity: number): void {
    this.#capacity = Math.max(1, capacity);
    this.#windowMost = Math.max(1, Math.ceil(WINDOW_PART * this.#capacity));
    this.#protectedMost = Math.floor(PROTECTED_PART * (this.#capacity - this.#windowMost));
    this.#adjustment = 0;
  }

  #refit(capacity: number): void {
    this.#sketch = new FrequencySketch(capacity);
    this.#climber = new HillClimber(capacity);
    this.#fit(capacity);
  }

  #frequency(slot: number): number {
    return this.#sketch.frequency(this.#hashes.get(slot));
  }

  #push(slot: number, part: 0 | 1 | 2): void {
    this.#part.bytes[slot] = part;
    this.#lists[part].push(slot);
  }

  /** Takes protection from what is beyond its bound. */
  #demote(): void {
    const protectedPart = this.#lists[PROTECTED];
    for (let i = 0; i < LONGEST_MOVE && protectedPart.length > this.#protectedMost; i++) {
      this.#push(protectedPart.shift(), PROBATION);
    }
  }

  #climb(): void {
    this.#adjustment ||= this.#climber.next();
    if (this.#adjustment > 0) this.#growWindow();
    else if (this.#adjustment < 0) this.#shrinkWindow();
  }

  #growWindow(): void {
    const quota = Math.min(this.#adjustment, this.#protectedMost, LONGEST_MOVE);
    this.#windowMost += quota;
    this.#protectedMost -= quota;
    this.#demote();
    for (let i = 0; i < quota; i++) {
      const [, probation, protectedPart] = this.#lists;
      const slot = probation.length > 0 ? probation.shift() : protectedPart.shift();
      if (slot !== -1) this.#push(slot, WINDOW);
    }
    this.#adjustment = quota === 0 ? 0 : this.#adjustment - quota;
  }

  #shrinkWindow(): void {
    const quota = Math.min(-this.#adjustment, this.#windowMost - 1, LONGEST_MOVE);
    this.#windowMost -= quota;
    this.#protectedMost += quota;
    const window = this.#lists[WINDOW];
    for (let i = 0; i < quota && window.length > this.#windowMost; i++) {
      this.#push(window.shift(), PROBATION);
    }
    this.#adjustment = quota === 0 ? 0 : this.#adjustment + quota;
  }
}
