import { inspect } from '../inspect.js';
import { toWellFormed } from './well-formed.js';

/** A string argument (key, field or pattern) as Redis will hold it, or a `TypeError` that names the argument. */
export function checkString(value: unknown, argument: string): string {
  if (typeof value !== 'string') {
    throw new TypeError(`${argument} must be a string, got ${inspect(value)}`);
  }
  // A lone surrogate has no UTF-8 form: on the wire it becomes U+FFFD, so it is that character everywhere.
  return toWellFormed(value);
}

/** A key, or a `TypeError`. */
export function checkKey(value: unknown): string {
  return checkString(value, 'key');
}
