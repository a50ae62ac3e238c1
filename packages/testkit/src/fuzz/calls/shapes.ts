import fc from 'fast-check';
import { type Call, makeCall } from '../call.js';
import type { Word } from '../word.js';

const ENTRY_SHAPES = ['in turn', 'list', 'entries', 'Map', 'record'] as const;
type EntryShape = (typeof ENTRY_SHAPES)[number];

/** Names and values, in each of the shapes that `hset` and `mset` take. */
export function pairsOf(
  name: string,
  before: readonly Word[],
  pairs: readonly (readonly [Word, Word])[],
  as: EntryShape,
): Call {
  const words = [...before, ...pairs.flat()];
  const count = before.length;
  if (as === 'in turn') return makeCall(name, words);
  const last = new Map(pairs.map((pair) => [String(pair[0].js({ short: 1, now: 1 })), pair]));
  const sent = as === 'Map' || as === 'record' ? [...before, ...[...last.values()].flat()] : words;
  return makeCall(name, words, {
    sent,
    shape: {
      shown: (all) => {
        const shown = pairs.map(([n, v]) => `[${n.shown}, ${v.shown}]`).join(', ');
        return [...all.slice(0, count).map((each) => each.shown), `/* ${as} */ [${shown}]`].join(
          ', ',
        );
      },
      args: (values) => [...values.slice(0, count), shaped(values.slice(count), as)],
    },
  });
}

function shaped(flat: readonly unknown[], as: EntryShape): unknown {
  if (as === 'list') return flat;
  const entries: [string, unknown][] = [];
  for (let i = 0; i < flat.length; i += 2) entries.push([flat[i] as string, flat[i + 1]]);
  if (as === 'entries') return entries;
  return as === 'Map' ? new Map(entries) : Object.fromEntries(entries);
}

/** The shapes, those that need names of text only for such names. */
export const entryShape = fc.constantFrom(...ENTRY_SHAPES);

/** A list of keys, partly in arrays. */
export function listCall(
  name: string,
  before: readonly Word[],
  list: readonly Word[],
  nested: number,
): Call {
  const count = before.length;
  return makeCall(name, [...before, ...list], {
    shape: {
      shown: (all) => {
        const shown = all.map((each) => each.shown);
        const [head, tail] = [shown.slice(0, count + nested), shown.slice(count + nested)];
        return tail.length === 0 ? head.join(', ') : [...head, `[${tail.join(', ')}]`].join(', ');
      },
      args: (values) => {
        const [head, tail] = [values.slice(0, count + nested), values.slice(count + nested)];
        return tail.length === 0 ? head : [...head, tail];
      },
    },
  });
}
