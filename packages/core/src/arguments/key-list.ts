import { checkString } from './key.js';
import { wrongNumberOfArguments } from './replies.js';

/** What `del`, `mget`, … take: strings, or arrays of them. */
export type StringArguments = readonly (string | readonly string[])[];

/** One flat list of checked strings out of strings and arrays of them; Redis's own error when it is empty. */
export function stringList(
  values: readonly unknown[],
  argument: string,
  command: string,
): readonly string[] {
  const list: string[] = [];
  for (const value of values) {
    if (Array.isArray(value)) for (const item of value) list.push(checkString(item, argument));
    else list.push(checkString(value, argument));
  }
  if (list.length === 0) throw wrongNumberOfArguments(command);
  return list;
}
