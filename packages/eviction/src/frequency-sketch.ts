import { spread } from './key-hashes.js';

/** Words of 8 counters that belong together: one cache line. */
const BLOCK = 16;
/** Increments, for each entry of the cache, after which all counts are halved. */
const SAMPLE = 10;
/** Words halved at one increment. */
const AGEING_STEP = 64;
const ONES = 0x11111111;
const LOWER_BITS = 0x77777777;

/**
 * Estimates how often a key was seen lately: a count-min sketch of 4-bit counters, 16 of them for each entry of the
 * cache. Counts go to 15, and are halved whenever ten times as many keys as the cache has entries were counted. 8 bytes
 * an entry.
 *
 * Deviation from the paper: the halving goes on in small steps beside the counting instead of all at once.
 *
 * @see G. Einziger, R. Friedman, B. Manes, "TinyLFU: a highly efficient cache admission policy", ACM TOS 2017
 */
export class FrequencySketch {
  readonly #table: Uint32Array;
  readonly #blockMask: number;
  readonly #sample: number;
  #counted = 0;
  /** The word at which halving goes on. */
  #ageing: number;
  #oddCounts = 0;

  /** @param capacity - entries of the cache. */
  constructor(capacity: number) {
    const words = Math.max(BLOCK, 2 * 2 ** Math.ceil(Math.log2(Math.max(1, capacity))));
    this.#table = new Uint32Array(words);
    this.#blockMask = words / BLOCK - 1;
    this.#sample = SAMPLE * Math.max(1, capacity);
    this.#ageing = words;
  }

  /** How often a key was seen, 0 to 15. */
  frequency(hash: number): number {
    const block = this.#block(hash);
    const choice = spread(hash + 0x9e3779b9);
    let least = 15;
    for (let row = 0; row < 4; row++) {
      const counter = (choice >>> (8 * row)) & 31;
      const word = this.#table[block + 4 * row + (counter >>> 3)]!;
      least = Math.min(least, (word >>> (4 * (counter & 7))) & 15);
    }
    return least;
  }

  /** Counts a key. */
  increment(hash: number): void {
    const block = this.#block(hash);
    const choice = spread(hash + 0x9e3779b9);
    let counted = false;
    for (let row = 0; row < 4; row++) {
      const counter = (choice >>> (8 * row)) & 31;
      const index = block + 4 * row + (counter >>> 3);
      const shift = 4 * (counter & 7);
      const word = this.#table[index]!;
      if (((word >>> shift) & 15) === 15) continue;
      this.#table[index] = word + (1 << shift);
      counted = true;
    }
    if (counted && ++this.#counted >= this.#sample && !this.#isAgeing()) this.#ageing = 0;
    if (this.#isAgeing()) this.#age();
  }

  /** Forgets every count. */
  clear(): void {
    this.#table.fill(0);
    this.#counted = 0;
    this.#ageing = this.#table.length;
  }

  #block(hash: number): number {
    return (hash & this.#blockMask) * BLOCK;
  }

  #isAgeing(): boolean {
    return this.#ageing < this.#table.length;
  }

  #age(): void {
    const end = Math.min(this.#table.length, this.#ageing + AGEING_STEP);
    for (let i = this.#ageing; i < end; i++) {
      const word = this.#table[i]!;
      if (word === 0) continue;
      this.#oddCounts += bits(word & ONES);
      this.#table[i] = (word >>> 1) & LOWER_BITS;
    }
    this.#ageing = end;
    if (end < this.#table.length) return;
    // A key counts four times in the table; what an odd counter lost by halving was not counted either.
    this.#counted = (this.#counted - this.#oddCounts / 4) / 2;
    this.#oddCounts = 0;
  }
}

/** The number of ones in a word that has at most one in each group of four. */
function bits(word: number): number {
  return Math.imul(word, ONES) >>> 28;
}
