import { randomInt } from 'node:crypto';

const { charCodeAt } = String.prototype;

const KEY_0 = randomInt(2 ** 32) | 0;
const KEY_1 = randomInt(2 ** 32) | 0;
const CONSTANT_2 = 0x6c796765;
const CONSTANT_3 = 0x74656462;
const LAST_ROUNDS = 3;

/**
 * A 32-bit hash of a whole key that cannot be told beforehand without the secret of this process: HalfSipHash-1-3, of two
 * characters in each word.
 *
 * @see J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012
 */
export function keyedHash(key: string): number {
  const { length } = key;
  let v0 = KEY_0;
  let v1 = KEY_1;
  let v2 = CONSTANT_2 ^ KEY_0;
  let v3 = CONSTANT_3 ^ KEY_1;
  const words = (length + 1) >>> 1;
  for (let word = 0; word < words + 1 + LAST_ROUNDS; word++) {
    let m = 0;
    if (word < words) {
      m = charCodeAt.call(key, 2 * word);
      if (2 * word + 1 < length) m |= charCodeAt.call(key, 2 * word + 1) << 16;
    } else if (word === words) m = length;
    else if (word === words + 1) v2 ^= 0xff;
    v3 ^= m;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= m;
  }
  return v1 ^ v3;
}
