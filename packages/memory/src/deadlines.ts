import type { CoarseClock } from './coarse-clock.js';

const NO_DEADLINES = new Float64Array(0);

/**
 * When each slot's entry expires, epoch milliseconds. Nothing is allocated before the first entry with a TTL.
 *
 * An entry's own deadline is stored as it is, a default one (of an entry that was written without TTL) negated, and 0
 * stands for none.
 */
export class Deadlines {
  readonly #clock: CoarseClock;
  #stored: Float64Array = NO_DEADLINES;

  constructor(clock: CoarseClock) {
    this.#clock = clock;
  }

  /** Whether the entry in `slot` has reached its end. */
  isOver(slot: number): boolean {
    if (slot >= this.#stored.length) return false;
    const stored = this.#stored[slot]!;
    return stored !== 0 && this.#clock.isPast(stored < 0 ? -stored : stored);
  }

  /** When the entry ends, by its own deadline or a default one; 0 for never. */
  end(slot: number): number {
    return slot < this.#stored.length ? Math.abs(this.#stored[slot]!) : 0;
  }

  /** The entry's own deadline; 0 for none. */
  own(slot: number): number {
    return slot < this.#stored.length ? Math.max(0, this.#stored[slot]!) : 0;
  }

  /** Gives the entry a deadline of its own. */
  set(slot: number, instant: number): void {
    this.#store(slot, instant);
  }

  /** Bounds an entry that has no deadline of its own. */
  setDefault(slot: number, instant: number): void {
    this.#store(slot, -instant);
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

  #store(slot: number, stored: number): void {
    if (slot >= this.#stored.length) {
      const grown = new Float64Array(Math.max(64, 2 ** Math.ceil(Math.log2(slot + 2))));
      grown.set(this.#stored);
      this.#stored = grown;
    }
    this.#stored[slot] = stored;
  }
}
