/** What a key in the way of a newcomer counts for that has the same hash, */
const SAME = 8;
/** and what one that has another, beyond so many of them. */
const LONG_WAY = 32;
/** 2^32 over the golden ratio: what is multiplied by it is spread over the upper bits. */
const SPREAD = 0x9e3779b1;

/**
 * Finds slots by their keys: a hash table of fixed size in one flat array, with linear probing. A slot that leaves makes
 * the following ones move up, so that nothing is left behind.
 *
 * Of the 32 bits of a spread hash the upper ones tell the home, the place at which to begin; the others stand above the
 * slot in its place, as its tag. So what is not looked for is passed by without a look at anything else.
 */
export class SlotTable {
  /** The hash of each slot's key; that of a slot in the table must not change. */
  hashes: Int32Array;
  /** Each place holds a slot and 1, below its tag, or 0. */
  readonly #places: Int32Array;
  readonly #bits: number;
  readonly #keys: readonly string[];

  /**
   * @param bits - there are 2 to the power of it places, more than there will be slots in it, or than the highest slot.
   * @param keys - the key of each slot.
   */
  constructor(bits: number, keys: readonly string[], hashes: Int32Array) {
    this.#places = new Int32Array(2 ** bits);
    this.#bits = bits;
    this.#keys = keys;
    this.hashes = hashes;
  }

  /** The slot of a key, `-1` if there is none. */
  find(key: string, hash: number): number {
    const places = this.#places;
    const keys = this.#keys;
    const bits = this.#bits;
    const spread = Math.imul(hash, SPREAD);
    const tag = spread << bits;
    let place = spread >>> -bits;
    for (;;) {
      const held = places[place]!;
      if (held === 0) return -1;
      const other = held ^ tag;
      if (other >>> bits === 0 && keys[other - 1] === key) return other - 1;
      place = (place + 1) & (places.length - 1);
    }
  }

  /** Adds a slot that is not there, by its hash; answers how much stood in its way, 0 for what is to be expected. */
  add(slot: number): number {
    const places = this.#places;
    const held = this.#held(slot);
    let place = this.#home(slot);
    let obstacles = 0;
    let others = 0;
    for (; places[place] !== 0; place = (place + 1) & (places.length - 1)) {
      if ((places[place]! ^ held) >>> this.#bits === 0) obstacles += SAME;
      else if (++others > LONG_WAY) obstacles++;
    }
    places[place] = held;
    return obstacles;
  }

  /** Takes a slot out; `false` if it is not there. */
  remove(slot: number): boolean {
    const places = this.#places;
    const last = places.length - 1;
    const held = this.#held(slot);
    let gap = this.#home(slot);
    while (places[gap] !== held) {
      if (places[gap] === 0) return false;
      gap = (gap + 1) & last;
    }
    for (let place = (gap + 1) & last; places[place] !== 0; place = (place + 1) & last) {
      // What would come before its home by moving up stays.
      const home = this.#home((places[place]! & last) - 1);
      if (((place - home) & last) < ((place - gap) & last)) continue;
      places[gap] = places[place]!;
      gap = place;
    }
    places[gap] = 0;
    return true;
  }

  /** Where to begin to look for a slot. */
  #home(slot: number): number {
    return Math.imul(this.hashes[slot]!, SPREAD) >>> -this.#bits;
  }

  /** What stands in the place of a slot. */
  #held(slot: number): number {
    return (Math.imul(this.hashes[slot]!, SPREAD) << this.#bits) | (slot + 1);
  }
}
