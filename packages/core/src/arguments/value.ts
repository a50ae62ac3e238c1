import { inspect } from '../inspect.js';
import { toWellFormed } from './well-formed.js';

/** What can be stored: text as it is, anything else as its JSON. */
export type CacheValue = string | number | boolean | object | null;

/**
 * The text that stands for a value in the cache: a string itself, a number's decimal text, else JSON.
 *
 * @throws TypeError naming the key for what JSON cannot hold: `undefined`, functions, symbols, BigInt, NaN, infinities
 * and circular structures.
 */
export function encodeValue(value: unknown, key: string): string {
  if (typeof value === 'string') return toWellFormed(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw unstorable(value, key);
  if (typeof value === 'bigint') throw unstorable(value, key);
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw unstorable(value, key, cause);
  }
  if (text === undefined) throw unstorable(value, key);
  return text;
}

function unstorable(value: unknown, key: string, cause?: unknown): TypeError {
  const why = cause instanceof Error ? ` (${cause.message.split('\n', 1)[0]})` : '';
  return new TypeError(
    `value of key ${inspect(key)} cannot be stored: ${inspect(value)} has no JSON form${why}`,
    { cause },
  );
}
