import { hashKey, LOOKS } from './key-hash.js';
import { SlotTable } from './slot-table.js';

/** When so much more stood in the way of newcomers than there were newcomers, the hash looks at more characters. */
const STRAIN = 256;
/** Of a new index's places, the binary logarithm. */
const FIRST_BITS = 6;
/** Slots that move to a new table with each one that is added. */
const MOVES = 8;

/**
 * Leads from keys to slots, as a `Map` would, in less time and memory, and with no pauses: when the table gets full, or
 * the hash too weak, a new one is begun, and every newcomer moves a few of the others over.
 *
 * The hash of a string is something that only the engine has for nothing. Here it looks at the last few characters, and
 * at more only if keys turn out to end alike. Keys made to collide are met in the same way, in the end by a hash with a
 * secret.
 *
 * Slots are small numbers: one that is free is taken before a higher one than ever before.
 */
export class KeyIndex {
  readonly #keys: readonly string[];
  #hashes: Int32Array;
  /** How many keys there are. */
  size = 0;
  #level = 0;
  #looks: number = LOOKS[0];
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

  /** The hash of a key, as the other methods take it. Another one after the next {@link KeyIndex.add}. */
  hash(key: string): number {
    return hashKey(key, this.#looks);
  }

  /** The slot of a key, `-1` if there is none. */
  find(key: string, hash: number): number {
    const slot = this.#table.find(key, hash);
    return slot === -1 && this.#old !== undefined ? this.#findInOld(key) : slot;
  }

  /** Adds a slot, whose key is not there and was already put into `keys`. */
  add(slot: number, hash: number): void {
    if (slot >= this.#hashes.length) this.#growHashes(slot);
    if (slot >= this.#end) this.#end = slot + 1;
    this.size++;
    this.#place(slot, hash);
    if (this.#old !== undefined) this.#move();
    else if (this.#strain > STRAIN || this.size > this.#most) this.#renew();
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
    this.#level = 0;
    this.#looks = LOOKS[0];
    this.#strain = 0;
    this.#table = new SlotTable(FIRST_BITS, this.#keys, this.#hashes);
  }

  #findInOld(key: string): number {
    return this.#old!.find(key, hashKey(key, this.#oldLooks));
  }

  #place(slot: number, hash: number): void {
    this.#hashes[slot] = hash;
    const obstacles = this.#table.add(slot);
    if (obstacles > 0) this.#strain += obstacles;
    else if (this.#strain > 0) this.#strain--;
  }

  /** Begins a new table, unless the hash is what there is to change and there is no better one. */
  #renew(): void {
    if (this.#strain > STRAIN && this.#level + 1 < LOOKS.length) this.#level++;
    else if (this.size <= this.#most) return;
    this.#old = this.#table;
    this.#oldLooks = this.#looks;
    this.#looks = LOOKS[this.#level]!;
    if (this.size > this.#most) this.#bits++;
    this.#most = 2 ** (this.#bits - 1);
    this.#strain = 0;
    this.#next = 0;
    this.#table = new SlotTable(this.#bits, this.#keys, this.#hashes);
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
