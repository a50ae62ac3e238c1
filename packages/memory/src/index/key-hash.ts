import { randomInt } from 'node:crypto';
import { keyedHash } from './keyed-hash.js';

// Taken out once: where some class extends String, V8 looks the methods of strings up anew at every call.
const { charCodeAt } = String.prototype;

/** All of them: no string is as long. A small integer, because a fraction or `Infinity` would make every look-up slower. */
const MOST = 2 ** 30 - 1;

/**
 * How many of a key's last characters a hash looks at. The more it looks at the longer it takes, so that more are looked
 * at only when keys turn out to end alike; the last resort is all of them, by a hash that nobody outside can foresee.
 */
export const LOOKS = [4, 16, 64, MOST] as const;

// Differs from process to process, so that nobody knows beforehand which keys collide.
const SEED = randomInt(2 ** 32) | 0;

/** A 32-bit hash of the length of a key and of its last `looks` characters. */
export function hashKey(key: string, looks: number): number {
  if (looks === MOST) return keyedHash(key);
  const { length } = key;
  let hash = SEED ^ length;
  for (let i = length > looks ? length - looks : 0; i < length; i++) {
    hash = Math.imul(hash ^ charCodeAt.call(key, i), 0x01000193);
  }
  return hash;
}
