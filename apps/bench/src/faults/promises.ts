/** How much later than asked a key may end, for the time that an answer travels, milliseconds. */
export const TOLERANCE = 5;

/** What a key that held a string was left with. */
export interface StringPromise {
  /** `null` for a key that was deleted. */
  readonly value: string | null;
  /** When it ends at the latest, milliseconds of `performance.now()`; `undefined` if never. */
  readonly deadline?: number | undefined;
  /** When it ends at the earliest: an end is counted from when the server gets to it. */
  readonly earliest?: number | undefined;
}

/** A string that was left to end after some time, by a call that began and ended just now. */
export function ending(value: string, ms: number, asked: number): StringPromise {
  return { value, deadline: performance.now() + ms, earliest: asked + ms - TOLERANCE };
}

/**
 * What callers were promised, by key: the last answer that was given them. Each caller owns its keys, so that there is a
 * last one; counters belong to all.
 */
export class Promises {
  /** Critical strings: there as they were left. */
  readonly strings = new Map<string, StringPromise>();
  /** Critical hashes: there, field by field. */
  readonly hashes = new Map<string, Map<string, string>>();
  /** Strings that are not critical: gone, or as they were left, and never older. */
  readonly pages = new Map<string, StringPromise>();
  /** Hashes that are not critical: each field gone, or as it was left. */
  readonly pageHashes = new Map<string, Map<string, string>>();
  /** Counters, and by how much each was increased. */
  readonly counters = new Map<string, number>();

  /** One increment more was acknowledged. */
  counted(key: string): void {
    this.counters.set(key, (this.counters.get(key) ?? 0) + 1);
  }

  /** A field was left with a value. */
  field(hashes: Map<string, Map<string, string>>, key: string, name: string, value: string): void {
    const fields = hashes.get(key);
    if (fields === undefined) hashes.set(key, new Map([[name, value]]));
    else fields.set(name, value);
  }
}
