import { hashKey } from './key-hash.js';
import { SlotTable } from './slot-table.js';

/** How many of a key's last characters its hash looks at: at first, and at most. */
const FEWEST_LOOKS = 4;
const MOST_LOOKS = 16_384;
/** Of so many newcomers one may meet a key that has the same hash. */
const TOLERANCE = 8;
/** When so many more than that did, the hash looks at more characters. */
const STRAIN = 32 * TOLERANCE;
/** Of a new index's places, the binary logarithm. */
const FIRST_BITS = 6;
/** Slots that move to a new table with each one that is added. */
const MOVES = 8;

/**
 * Leads from keys to slots, as a `Map` would, in less time and memory, and with no pauses: when the table gets full, or
 * the hash too weak, a new one is begun, and every newcomer moves a few of the others over.
 *
 * The hash of a string is something that only the engine has for nothing. Here it looks at the last few characters, and
 * at more only if keys turn out to end alike.
 */
export class KeyIndex {
  readonly #keys: readonly string[];
  #hashes: Int32Array;
  /** How many keys there are. */
  size = 0;
  #looks = FEWEST_LOOKS;
  #bits = FIRST_BITS;
  /** Half as many as there are places. */
  #most = 2 ** (FIRST_BITS - 1);
  #table: SlotTable;
  #strain = 0;
  /** The table that is being moved out of, what its hashes look at, and the slot to go on with. */
  #old: SlotTable | undefined;
  #oldLooks = 0;
  #next = 0;
  #end = 0;
  /** The key that was not found last, and its hash: most likely it is about to be added. */
  #missed: string | undefined;
  #missedHash = 0;

  /**
   * @param keys - the key of each slot.
   * @param capacity - how many slots to allocate for at first.
   */
  constructor(keys: readonly string[], capacity: number) {
    this.#keys = keys;
    this.#hashes = new Int32Array(capacity);
    this.#table = new SlotTable(FIRST_BITS, this.#keys, this.#hashes);
  }

  /** How many of a key's last characters its hash looks at now. */
  get looks(): number {
    return this.#looks;
  }

  /** The slot of a key, `-1` if there is none. */
  find(key: string): number {
    const hash = hashKey(key, this.#looks);
    let slot = this.#table.find(key, hash);
    if (slot !== -1) return slot;
    if (this.#old !== undefined) {
      slot = this.#old.find(key, hashKey(key, this.#oldLooks));
      if (slot !== -1) return slot;
    }
    this.#missed = key;
    this.#missedHash = hash;
    return -1;
  }

  /** Adds a key that is not there and was already put into `keys`. */
  add(key: string, slot: number): void {
    if (slot >= this.#hashes.length) this.#growHashes(slot);
    if (slot >= this.#end) this.#end = slot + 1;
    this.size++;
    this.#place(slot, key === this.#missed ? this.#missedHash : hashKey(key, this.#looks));
    if (this.#old !== undefined) this.#move();
    else if (this.#strain > STRAIN && this.#looks < MOST_LOOKS)
      this.#renew(this.#bits, 2 * this.#looks);
    else if (this.size > this.#most) this.#renew(this.#bits + 1, this.#looks);
  }

  /** Removes a slot that is there. */
  remove(slot: number): void {
    this.size--;
    if (!this.#table.remove(slot)) this.#old?.remove(slot);
  }

  /** Removes everything. */
  clear(): void {
    this.size = 0;
    this.#end = 0;
    this.#old = undefined;
    this.#bits = FIRST_BITS;
    this.#most = 2 ** (FIRST_BITS - 1);
    this.#looks = FEWEST_LOOKS;
    this.#strain = 0;
    this.#missed = undefined;
    this.#table = new SlotTable(FIRST_BITS, this.#keys, this.#hashes);
  }

  #place(slot: number, hash: number): void {
    this.#hashes[slot] = hash;
    const same = this.#table.add(slot);
    if (same > 0) this.#strain += TOLERANCE * same;
    else if (this.#strain > 0) this.#strain--;
  }

  /** Begins a new table. */
  #renew(bits: number, looks: number): void {
    this.#old = this.#table;
    this.#oldLooks = this.#looks;
    this.#looks = looks;
    this.#strain = 0;
    this.#missed = undefined;
    this.#next = 0;
    this.#bits = bits;
    this.#most = 2 ** (bits - 1);
    this.#table = new SlotTable(bits, this.#keys, this.#hashes);
    this.#move();
  }

  #move(): void {
    const old = this.#old!;
    const last = Math.min(this.#end, this.#next + MOVES);
    for (; this.#next < last; this.#next++) {
      const slot = this.#next;
      if (old.remove(slot)) this.#place(slot, hashKey(this.#keys[slot]!, this.#looks));
    }
    if (last === this.#end) this.#old = undefined;
  }

  #growHashes(slot: number): void {
    const hashes = new Int32Array(2 ** Math.ceil(Math.log2(slot + 2)));
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#table.hashes = hashes;
    if (this.#old !== undefined) this.#old.hashes = hashes;
  }
}
