import { inspect } from '../inspect.js';
import { notAnInteger } from './replies.js';

/** An exact 64-bit integer: a number while that is exact, else a bigint. */
export type Integer = number | bigint;

/** The largest integer that Redis can hold. */
export const MAX_INTEGER = 2n ** 63n - 1n;
/** The smallest integer that Redis can hold. */
export const MIN_INTEGER = -(2n ** 63n);

const DECIMAL = /^(?:0|-?[1-9]\d*)$/;

/** The shortest exact form of a bigint. */
export function toInteger(value: bigint): Integer {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * An integer argument. Numbers beyond 2^53 count at their exact value; bigints and decimal text, which clients of Redis
 * accept as well, too.
 *
 * @throws TypeError for NaN, infinities, fractions and everything that is not an integer.
 * @throws ReplyError as Redis does, for an integer that does not fit into 64 bits.
 */
export function checkInteger(value: unknown, argument: string): Integer {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
    if (Number.isInteger(value)) return fit(BigInt(value));
  } else if (typeof value === 'bigint') {
    return fit(value);
  } else if (typeof value === 'string' && DECIMAL.test(value)) {
    return fit(BigInt(value));
  }
  throw new TypeError(`${argument} must be an integer, got ${inspect(value)}`);
}

function fit(value: bigint): Integer {
  if (value > MAX_INTEGER || value < MIN_INTEGER) throw notAnInteger();
  return toInteger(value);
}
