import { grownSlots, initialSlots } from './slot-list.js';

// Taken out once: where some class extends String, V8 looks the methods of strings up anew at every call.
const { charCodeAt } = String.prototype;

/** Of a longer key, this many characters are looked at. */
const LOOKS = 64;

/** A 32-bit hash of a key, as good for long keys as for short ones in time, if not in quality. */
function hashKey(key: string): number {
  const stride = key.length <= LOOKS ? 1 : Math.ceil(key.length / LOOKS);
  let hash = 0x811c9dc5 ^ key.length;
  for (let i = 0; i < key.length; i += stride) {
    hash = Math.imul(hash ^ charCodeAt.call(key, i), 0x01000193);
  }
  return spread(hash);
}

/** Lets every bit of a hash depend on every other (the finalizer of MurmurHash3). */
export function spread(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The hash of each slot's key, so that it is computed once. */
export class KeyHashes {
  #hashes: Uint32Array;

  constructor(capacity: number) {
    this.#hashes = new Uint32Array(initialSlots(capacity));
  }

  set(slot: number, key: string): number {
    if (slot >= this.#hashes.length) {
      const hashes = new Uint32Array(grownSlots(slot));
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    const hash = hashKey(key);
    this.#hashes[slot] = hash;
    return hash;
  }

  get(slot: number): number {
    return this.#hashes[slot]!;
  }
}
