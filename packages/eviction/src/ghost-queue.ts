/** Places in a bucket. */
const WIDTH = 8;
/** The age of a place that is free, more than any other. */
const AGELESS = 2 ** 32;

/**
 * Remembers the last `length` keys that were put in, by 32-bit hashes of them, in the manner of a FIFO queue: a table of
 * buckets in which a hash stands beside the tick at which it came, and counts only while that is recent. 32 bytes a key.
 *
 * A key may be taken for another with the same hash (once in some hundred million look-ups), and in a full bucket the
 * oldest gives way a little early.
 */
export class GhostQueue {
  readonly #hashes: Uint32Array;
  readonly #ticks: Uint32Array;
  readonly #mask: number;
  #tick = 0;

  /** @param most - the longest that the queue will ever be. */
  constructor(most: number) {
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(1, (2 * most) / WIDTH)));
    this.#hashes = new Uint32Array(WIDTH * buckets);
    this.#ticks = new Uint32Array(WIDTH * buckets);
    this.#mask = buckets - 1;
  }

  /** Puts a hash in as the newest of a queue of `length`. */
  add(hash: number, length: number): void {
    const first = (hash & this.#mask) * WIDTH;
    this.#tick = (this.#tick + 1) >>> 0;
    let place = first;
    let oldest = -1;
    for (let i = first; i < first + WIDTH; i++) {
      const age = this.#age(i);
      if (age > oldest) {
        oldest = age;
        place = i;
      }
      if (age >= length) break;
    }
    this.#hashes[place] = hash;
    this.#ticks[place] = this.#tick;
  }

  /** Takes a hash out; answers whether it was among the last `length`. */
  take(hash: number, length: number): boolean {
    const first = (hash & this.#mask) * WIDTH;
    for (let i = first; i < first + WIDTH; i++) {
      if (this.#hashes[i] === hash && this.#age(i) < length) {
        this.#ticks[i] = 0;
        return true;
      }
    }
    return false;
  }

  clear(): void {
    this.#ticks.fill(0);
  }

  /** How many came since what is at this place, the tick having begun anew meanwhile or not. */
  #age(place: number): number {
    const tick = this.#ticks[place]!;
    return tick === 0 ? AGELESS : (this.#tick - tick) >>> 0;
  }
}
