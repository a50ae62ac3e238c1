/** Sizes are kept in units of so many bytes. */
const UNIT = 8;

/** Hands out slots, small numbers, those that are free first; and knows how many bytes what is in each of them takes. */
export class Slots {
  /** Past the last slot that was handed out. */
  end = 0;
  /** The sum of all sizes. */
  bytes = 0;
  /** Of a slot in use its size, in units; of a free one the next free one and 1. */
  #sizes: Uint32Array;
  /** The first free slot below `end`, and 1; 0 for none. */
  #free = 0;

  /** @param capacity - for how many slots to allocate at first. */
  constructor(capacity: number) {
    this.#sizes = new Uint32Array(capacity);
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
    this.end = 0;
    this.bytes = 0;
    this.#free = 0;
  }

  #grow(slot: number): void {
    const sizes = new Uint32Array(2 ** Math.ceil(Math.log2(slot + 2)));
    sizes.set(this.#sizes);
    this.#sizes = sizes;
  }
}
