import type { Value } from './entry.js';
import { quickStringEntryBytes, stringEntryBytes } from './size-estimate.js';

/** Entries that are looked at. */
const SAMPLE = 512;
/** The golden ratio: its multiples fall between 0 and 1 evenly, in no pattern. */
const GOLDEN = 0.618033988749895;

/** What short strings take beyond the byte a character that was counted, from a look at some of the entries. */
export function unseenBytes(
  keys: readonly string[],
  values: readonly Value[],
  end: number,
): number {
  const looks = Math.min(end, SAMPLE);
  let unseen = 0;
  for (let i = 0; i < looks; i++) {
    // All of them, or one in each of as many equal parts, at a place that no pattern follows.
    const slot = Math.floor(((i + (looks < SAMPLE ? 0 : (i * GOLDEN) % 1)) * end) / looks);
    const key = keys[slot]!;
    const value = values[slot]!;
    // Free slots hold empty strings, of which all is known.
    if (typeof value !== 'string') continue;
    unseen += stringEntryBytes(key, value) - quickStringEntryBytes(key, value);
  }
  return (unseen * end) / looks || 0;
}
