import { inspect } from '../inspect.js';
import { checkString } from './key.js';
import { wrongNumberOfArguments } from './replies.js';
import { encodeValue } from './value.js';

/** Names and texts in turn: `[name, text, name, text, …]`. */
export type Pairs = readonly string[];

/**
 * The pairs of `hset` and `mset` from any shape a caller may use: a record, a `Map`, `[name, value]` entries, or a flat
 * list.
 *
 * @param key - names the key in errors about a value; without it each pair's own name is the key.
 */
export function pairList(
  values: readonly unknown[],
  argument: string,
  command: string,
  key?: string,
): Pairs {
  const flat = flatten(values, argument);
  if (flat.length === 0 || flat.length % 2 !== 0) throw wrongNumberOfArguments(command);
  const pairs: string[] = new Array(flat.length);
  for (let i = 0; i < flat.length; i += 2) {
    const name = checkString(flat[i], argument);
    pairs[i] = name;
    pairs[i + 1] = encodeValue(flat[i + 1], key ?? name);
  }
  return pairs;
}

function flatten(values: readonly unknown[], argument: string): readonly unknown[] {
  if (values.length !== 1) return values;
  const only = values[0];
  if (only instanceof Map) return [...only].flat(1);
  if (Array.isArray(only)) {
    return only.length > 0 && only.every((item) => Array.isArray(item) && item.length === 2)
      ? only.flat(1)
      : only;
  }
  if (typeof only === 'object' && only !== null) return Object.entries(only).flat(1);
  if (typeof only === 'string') return values;
  throw new TypeError(`${argument}s must be a record, a Map or a list, got ${inspect(only)}`);
}
