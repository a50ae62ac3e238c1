/** Sizes are kept in units of so many bytes. */
const UNIT = 8;

/** What a slot holds, so that this is known without touching the value. */
export const FREE = 0;
export const STRING = 1;
export const HASH = 2;

/**
 * Hands out slots, small numbers, those that are free first; and knows of what kind what is in each of them is, and how
 * many bytes it takes.
 */
export class Slots {
  /** Past the last slot that was handed out. */
  end = 0;
  /** The sum of all sizes. */
  bytes = 0;
  /** Of each slot in use what it holds, as who took it says. */
  kinds: Uint8Array;
  /** Of a slot in use its size, in units; of a free one the next free one and 1. */
  #sizes: Int32Array;
  /** The first free slot below `end`, and 1; 0 for none. */
  #free = 0;

  /** @param capacity - for how many slots to allocate at first. */
  constructor(capacity: number) {
    this.kinds = new Uint8Array(capacity);
    this.#sizes = new Int32Array(capacity);
  }

  /** A slot for something of so many bytes. */
  take(bytes: number): number {
    let slot = this.#free - 1;
    if (slot === -1) {
      slot = this.end++;
      if (slot >= this.#sizes.length) this.#grow(slot);
    } else this.#free = this.#sizes[slot]!;
    this.#sizes[slot] = bytes / UNIT;
    this.bytes += bytes;
    return slot;
  }

  /** The slot is free again. */
  free(slot: number): void {
    this.bytes -= this.size(slot);
    this.kinds[slot] = FREE;
    this.#sizes[slot] = this.#free;
    this.#free = slot + 1;
  }

  /** Bytes of what is in a slot. */
  size(slot: number): number {
    return UNIT * this.#sizes[slot]!;
  }

  /** What is in a slot takes so many bytes now. */
  resize(slot: number, bytes: number): void {
    this.bytes += bytes - this.size(slot);
    this.#sizes[slot] = bytes / UNIT;
  }

  /** All slots are free. */
  clear(): void {
    this.kinds.fill(FREE, 0, this.end);
    this.end = 0;
    this.bytes = 0;
    this.#free = 0;
  }

  #grow(slot: number): void {
    const capacity = 2 ** Math.ceil(Math.log2(slot + 2));
    const kinds = new Uint8Array(capacity);
    const sizes = new Int32Array(capacity);
    kinds.set(this.kinds);
    sizes.set(this.#sizes);
    this.kinds = kinds;
    this.#sizes = sizes;
  }
}
