import { type Integer, MAX_INTEGER, MIN_INTEGER, toInteger } from '@cachefb/core';
import { overflow } from './reply-errors.js';

const DECIMAL = /^(?:0|-?[1-9]\d{0,18})$/;

/**
 * The 64-bit integer that a text is the decimal form of, `undefined` if it is none. As strict as Redis's `string2ll`: no
 * sign but a minus, no leading zero, no space.
 */
export function parseDecimal(text: string): Integer | undefined {
  if (text.length < 16) {
    const number = +text;
    if (Number.isSafeInteger(number) && String(number) === text) return number;
  }
  if (!DECIMAL.test(text)) return undefined;
  const exact = BigInt(text);
  return exact > MAX_INTEGER || exact < MIN_INTEGER ? undefined : toInteger(exact);
}

/** The exact sum, or Redis's error if it does not fit into 64 bits. */
export function addIntegers(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const exact = BigInt(a) + BigInt(b);
  if (exact > MAX_INTEGER || exact < MIN_INTEGER) throw overflow();
  return toInteger(exact);
}
