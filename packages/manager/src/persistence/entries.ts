import type { DraftWriter, KeyState } from '@cachefb/core';
import type { JournalRecord } from '@cachefb/sync';
import { writeEntry } from './entry-codec.js';
import type { PersistenceOptions } from './options.js';
import type { Senders } from './senders.js';
import { BARRIER_NAME, keyNamed, nameOf, writeBarrier, writeSenders } from './special-entries.js';
import { wallShift } from './wall-shift.js';

/** Writes what a store is to hold under its names. */
export class Entries {
  readonly #options: PersistenceOptions;
  readonly #senders: Senders;

  constructor(options: PersistenceOptions, senders: Senders) {
    this.#options = options;
    this.#senders = senders;
  }

  /**
   * Writes them as they are now: names, or records in place of the name of their key, which need not be looked up then.
   * What memory holds is read only where no record tells.
   */
  async write(changed: readonly (string | JournalRecord)[], to: DraftWriter): Promise<void> {
    const { fallback, journal, clock } = this.#options;
    const shift = wallShift(clock);
    const untold: string[] = [];
    for (const one of changed) {
      const key = typeof one === 'string' ? keyNamed(one) : one.key;
      const name = typeof one === 'string' ? one : nameOf(one.key);
      if (key === undefined) {
        this.#special(name, to, shift);
        continue;
      }
      const isOnly = typeof one !== 'string' && journal.isOnly(one);
      const records = isOnly ? [one] : journal.recordsOf(key);
      // Before anything is awaited: what changes meanwhile is told of again.
      for (const record of records) record.isNoted = false;
      const state = stateBy(records.at(-1));
      if (state === undefined) untold.push(name);
      else this.#write(name, key, state, records, to, shift);
    }
    if (untold.length === 0) return;
    const keys = untold.map((name) => keyNamed(name) as string);
    const states = await fallback.read(keys);
    for (const [index, key] of keys.entries()) {
      const state = states[index] as KeyState;
      this.#write(untold[index] as string, key, state, journal.recordsOf(key), to, shift);
    }
  }

  #write(
    name: string,
    key: string,
    state: KeyState,
    records: readonly JournalRecord[],
    to: DraftWriter,
    shift: number,
  ): void {
    const isKept = records.some(({ policy }) => policy.persist);
    if (isKept || this.#isCopy(key)) {
      writeEntry(to, name, { state, records: isKept ? records : [] }, shift);
    } else to.gone(name);
  }

  #isCopy(key: string): boolean {
    const { mirror, policies } = this.#options;
    return mirror.has(key) && policies(key).persist;
  }

  #special(name: string, to: DraftWriter, shift: number): void {
    const { barrier } = this.#options.journal;
    if (name === BARRIER_NAME) {
      if (barrier) writeBarrier(to.entry(name), barrier, shift);
      else to.gone(name);
    } else if (this.#senders.size > 0) writeSenders(to.entry(name), this.#senders.all);
    else to.gone(name);
  }
}

/** What memory holds by the last record of a key alone: a string that was put, and that nothing there shortens or evicts. */
function stateBy(record: JournalRecord | undefined): KeyState | undefined {
  if (record === undefined) return undefined;
  const { written, policy } = record;
  if (written.kind !== 'put' || written.deadline === 'keep') return undefined;
  if (policy.onRecovery !== 'sync' || policy.maxOutageTTL > 0) return undefined;
  return { type: 'string', value: written.value, deadline: written.deadline };
}
