import type { Change } from '@cachefb/core';
import type { CoarseClock } from '../coarse-clock.js';
import type { Hash, Value } from '../entry.js';
import { Recent } from './recent.js';

/** The time of what a change left behind, and what that was; `null` for nothing. */
interface Mark {
  readonly at: number;
  readonly value: string | null;
}

/** What is known of a key: of the whole, unless it was changed field by field, and of its fields. */
interface Stamp {
  readonly whole: Mark | undefined;
  readonly fields: ReadonlyMap<string, Mark>;
}

const NO_FIELDS: ReadonlyMap<string, Mark> = new Map();

/** When what is there was written, by key or by field, as far as a stamp was left and still fits. */
export interface WrittenTimes {
  readonly key: number | undefined;
  readonly fields: ReadonlyMap<string, number>;
}

/**
 * Remembers when changes were made by their callers, so that one that was made earlier and arrives later does not
 * overwrite a later one. A stamp holds only while the key (or field) still is what it was stamped as.
 */
export class Stamps {
  readonly #stamps: Recent<Stamp>;

  constructor(clock: CoarseClock) {
    this.#stamps = new Recent(clock);
  }

  /** The times of what a key holds now. */
  times(key: string, current: Value | undefined): WrittenTimes {
    const stamp = this.#stamps.get(key);
    const fields = new Map<string, number>();
    if (stamp === undefined) return { key: undefined, fields };
    const hash = current instanceof Map ? current : undefined;
    for (const [field, mark] of stamp.fields) {
      if ((hash?.get(field) ?? null) === mark.value) fields.set(field, mark.at);
    }
    const text = typeof current === 'string' ? current : null;
    const fits = hash === undefined && stamp.whole?.value === text;
    return { key: fits ? stamp.whole?.at : undefined, fields };
  }

  /** Leaves a stamp for a change that was just made. */
  leave({ key, effect, writtenAt }: Change, current: Value | undefined): void {
    if (effect.kind === 'deadline' || effect.kind === 'flush') return;
    if (!(current instanceof Map)) {
      this.#stamps.set(key, {
        whole: { at: writtenAt, value: current ?? null },
        fields: NO_FIELDS,
      });
      return;
    }
    const names = effect.kind === 'fields' ? changedFields(effect) : current.keys();
    const before = effect.kind === 'fields' ? this.#stamps.get(key)?.fields : undefined;
    this.#stamps.set(key, {
      whole: undefined,
      fields: mark(names, current, writtenAt, before ?? NO_FIELDS),
    });
  }

  /** Forgets everything. */
  clear(): void {
    this.#stamps.clear();
  }
}

/** The names of the fields that a change of fields touches. */
function changedFields(effect: Extract<Change['effect'], { kind: 'fields' }>): string[] {
  return [...effect.set.keys(), ...effect.increment.keys(), ...effect.remove];
}

function mark(
  names: Iterable<string>,
  hash: Hash,
  at: number,
  before: ReadonlyMap<string, Mark>,
): ReadonlyMap<string, Mark> {
  const marks = new Map(before);
  for (const name of names) marks.set(name, { at, value: hash.get(name) ?? null });
  return marks;
}
