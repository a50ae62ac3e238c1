/** What a key in the way of a newcomer counts for that has the same hash, */
const SAME = 8;
/** and what one that has another, beyond so many of them. */
const LONG_WAY = 32;
/** 2^32 over the golden ratio: what is multiplied by it is spread over the upper bits. */
const SPREAD = 0x9e3779b1;

/**
 * Finds slots by their keys: a hash table of fixed size in one flat array, with linear probing. A slot that leaves makes
 * the following ones move up, so that nothing is left behind.
 */
export class SlotTable {
  /** The hash of each slot's key; that of a slot in the table must not change. */
  hashes: Int32Array;
  /** Each place holds a slot and 1, or 0. */
  readonly #places: Int32Array;
  readonly #shift: number;
  readonly #keys: readonly string[];

  /**
   * @param bits - there are 2 to the power of it places, more than there will be slots in it.
   * @param keys - the key of each slot.
   */
  constructor(bits: number, keys: readonly string[], hashes: Int32Array) {
    this.#places = new Int32Array(2 ** bits);
    this.#shift = 32 - bits;
    this.#keys = keys;
    this.hashes = hashes;
  }

  /** The slot of a key, `-1` if there is none. */
  find(key: string, hash: number): number {
    const places = this.#places;
    const hashes = this.hashes;
    const keys = this.#keys;
    let place = Math.imul(hash, SPREAD) >>> this.#shift;
    for (;;) {
      const slot = places[place]! - 1;
      if (slot === -1) return -1;
      if (hashes[slot] === hash && keys[slot] === key) return slot;
      place = (place + 1) & (places.length - 1);
    }
  }

  /** Adds a slot that is not there, by its hash; answers how much stood in its way, 0 for what is to be expected. */
  add(slot: number): number {
    const places = this.#places;
    const hashes = this.hashes;
    const hash = hashes[slot]!;
    let place = this.#home(slot);
    let obstacles = 0;
    let others = 0;
    for (; places[place] !== 0; place = (place + 1) & (places.length - 1)) {
      if (hashes[places[place]! - 1] === hash) obstacles += SAME;
      else if (++others > LONG_WAY) obstacles++;
    }
    places[place] = slot + 1;
    return obstacles;
  }

  /** Takes a slot out; `false` if it is not there. */
  remove(slot: number): boolean {
    const places = this.#places;
    const last = places.length - 1;
    let gap = this.#home(slot);
    while (places[gap] !== slot + 1) {
      if (places[gap] === 0) return false;
      gap = (gap + 1) & last;
    }
    for (let place = (gap + 1) & last; places[place] !== 0; place = (place + 1) & last) {
      // What would come before its home by moving up stays.
      if (((place - this.#home(places[place]! - 1)) & last) < ((place - gap) & last)) continue;
      places[gap] = places[place]!;
      gap = place;
    }
    places[gap] = 0;
    return true;
  }

  #home(slot: number): number {
    return Math.imul(this.hashes[slot]!, SPREAD) >>> this.#shift;
  }
}
