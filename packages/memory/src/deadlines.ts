import type { CoarseClock } from './coarse-clock.js';

const NO_DEADLINES = new Float64Array(0);
/** Marks a default deadline: all others are whole milliseconds. */
const DEFAULT_MARK = 0.5;

/**
 * When each slot's entry expires, epoch milliseconds. Nothing is allocated before the first entry with a TTL.
 *
 * A default deadline (of an entry that was written without TTL) is told from an entry's own by half a millisecond, and 0
 * stands for none.
 */
export class Deadlines {
  readonly #clock: CoarseClock;
  readonly #capacity: number;
  #stored: Float64Array = NO_DEADLINES;

  /** @param capacity - for how many slots to allocate at first. */
  constructor(clock: CoarseClock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Whether the entry in `slot` has reached its end. */
  isOver(slot: number): boolean {
    return slot < this.#stored.length && this.#isStoredOver(slot);
  }

  /** When the entry ends, by its own deadline or a default one; 0 for never. */
  end(slot: number): number {
    return slot < this.#stored.length ? Math.floor(this.#stored[slot]!) : 0;
  }

  /** The entry's own deadline; 0 for none. */
  own(slot: number): number {
    const stored = slot < this.#stored.length ? this.#stored[slot]! : 0;
    return Number.isInteger(stored) ? stored : 0;
  }

  /** Gives the entry a deadline of its own. */
  set(slot: number, instant: number): void {
    this.#store(slot, instant);
  }

  /** Bounds an entry that has no deadline of its own. */
  setDefault(slot: number, instant: number): void {
    this.#store(slot, instant + DEFAULT_MARK);
  }

  /** The entry has no deadline any more. */
  clear(slot: number): void {
    if (slot < this.#stored.length) this.#stored[slot] = 0;
  }

  /** No entry has one any more. */
  reset(): void {
    this.#stored = NO_DEADLINES;
  }

  /** Past the last slot that may have a deadline. */
  get length(): number {
    return this.#stored.length;
  }

  #isStoredOver(slot: number): boolean {
    const stored = this.#stored[slot]!;
    // Most are far off, which is seen without a call.
    return stored !== 0 && stored <= this.#clock.horizon && this.#clock.isPast(Math.floor(stored));
  }

  #store(slot: number, stored: number): void {
    if (slot >= this.#stored.length) {
      const grown = new Float64Array(Math.max(this.#capacity, 2 ** Math.ceil(Math.log2(slot + 2))));
      grown.set(this.#stored);
      this.#stored = grown;
    }
    this.#stored[slot] = stored;
  }
}
