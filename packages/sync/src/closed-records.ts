import { OldestFirst } from './oldest-first.js';
import type { JournalRecord } from './record.js';

const NONE: readonly JournalRecord[] = [];

/**
 * Records that an earlier process may have sent already, in the order of each key: nothing can be merged into them, for
 * the mark of such a record says that all of it was applied.
 */
export class ClosedRecords {
  readonly #byKey = new Map<string, readonly JournalRecord[]>();
  readonly #oldest = new OldestFirst(this.#byKey);
  #size = 0;

  /** Records. */
  get size(): number {
    return this.#size;
  }

  /** Keys that have one. */
  get keyCount(): number {
    return this.#byKey.size;
  }

  /** Adds one behind the others of its key. */
  add(record: JournalRecord): void {
    this.#byKey.set(record.key, [...this.of(record.key), record]);
    this.#oldest.added();
    this.#size++;
  }

  /** Removes one. */
  remove(record: JournalRecord): void {
    const left = this.of(record.key).filter((one) => one !== record);
    if (left.length > 0) this.#byKey.set(record.key, left);
    else this.#byKey.delete(record.key);
    this.#size--;
  }

  /** Removes all. */
  clear(): void {
    this.#byKey.clear();
    this.#size = 0;
  }

  /** Whether a key has one. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Those of a key. */
  of(key: string): readonly JournalRecord[] {
    return this.#byKey.get(key) ?? NONE;
  }

  /** The one of a key that reaches Redis first. */
  first(key: string): JournalRecord | undefined {
    return this.#byKey.get(key)?.[0];
  }

  /** The one of a key that reaches Redis last. */
  last(key: string): JournalRecord | undefined {
    return this.#byKey.get(key)?.at(-1);
  }

  /** The one that follows another one, or a sealed record of the same key. */
  after(record: JournalRecord): JournalRecord | undefined {
    const all = this.of(record.key);
    return all[all.indexOf(record) + 1];
  }

  /** Keys that have one. */
  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  /** All of them. */
  *values(): IterableIterator<JournalRecord> {
    for (const records of this.#byKey.values()) yield* records;
  }

  /** A key whose turn it is; each one gets its turn. */
  nextKey(): string | undefined {
    return this.#oldest.next();
  }
}
