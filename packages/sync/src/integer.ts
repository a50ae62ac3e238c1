import { type Integer, toInteger } from '@cachefb/core';

/** The exact sum. */
export function add(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return toInteger(BigInt(a) + BigInt(b));
}

/** The exact integer that a text stands for; it is one, since a cache has added to it. */
export function parse(text: string): Integer {
  return toInteger(BigInt(text));
}
