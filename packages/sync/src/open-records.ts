import { OldestFirst } from './oldest-first.js';
import { type JournalRecord, UNKNOWN_BASE } from './record.js';
import { shrink } from './shrink.js';

/** What {@link OpenRecords} are limited to, and who hears of what it costs. */
export interface OpenRecordsOptions {
  /** Records kept whole; as many again are kept shrunken. */
  readonly limit: number;
  /** Told of a record that was shrunk, and of what is left in its place. */
  readonly onShrunk: (record: JournalRecord, left: JournalRecord) => void;
  /** Told of a shrunken record that had to leave. */
  readonly onDropped: (record: JournalRecord) => void;
}

/**
 * The records that what happens to their keys is merged into, one a key. Beyond a limit the oldest ones are shrunk to
 * what is enough that no older form of the key reappears.
 */
export class OpenRecords {
  readonly #options: OpenRecordsOptions;
  readonly #whole = new Map<string, JournalRecord>();
  readonly #shrunken = new Map<string, JournalRecord>();
  readonly #oldestWhole = new OldestFirst(this.#whole);
  readonly #oldestShrunken = new OldestFirst(this.#shrunken);

  constructor(options: OpenRecordsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#whole.size + this.#shrunken.size;
  }

  get(key: string): JournalRecord | undefined {
    return this.#whole.get(key) ?? this.#shrunken.get(key);
  }

  /** Adds the record of a key that has none. */
  add(record: JournalRecord): void {
    if (this.#whole.size >= this.#options.limit) this.#makeRoom();
    record.isOpen = true;
    this.#whole.set(record.key, record);
    this.#oldestWhole.added();
  }

  /** Removes one of them. */
  remove(record: JournalRecord): void {
    record.isOpen = false;
    if (!this.#whole.delete(record.key)) this.#shrunken.delete(record.key);
  }

  /** Removes all. */
  clear(): void {
    for (const record of this.values()) record.isOpen = false;
    this.#whole.clear();
    this.#shrunken.clear();
  }

  /**
   * Removes the oldest ones, the shrunken last.
   *
   * @param mustStay - whether a key is to be passed over.
   */
  takeOldest(limit: number, mustStay: (key: string) => boolean): JournalRecord[] {
    const taken: JournalRecord[] = [];
    this.#take(this.#whole, this.#oldestWhole, taken, limit, mustStay);
    this.#take(this.#shrunken, this.#oldestShrunken, taken, limit, mustStay);
    return taken;
  }

  *keys(): IterableIterator<string> {
    yield* this.#whole.keys();
    yield* this.#shrunken.keys();
  }

  *values(): IterableIterator<JournalRecord> {
    yield* this.#whole.values();
    yield* this.#shrunken.values();
  }

  #take(
    records: ReadonlyMap<string, JournalRecord>,
    oldest: OldestFirst<string>,
    taken: JournalRecord[],
    limit: number,
    mustStay: (key: string) => boolean,
  ): void {
    for (let left = records.size; left > 0 && taken.length < limit; left--) {
      const record = records.get(oldest.next() as string) as JournalRecord;
      if (mustStay(record.key)) continue;
      this.remove(record);
      taken.push(record);
    }
  }

  /** Shrinks the oldest record, and drops the oldest shrunken one where there are as many of those as may be. */
  #makeRoom(): void {
    const oldest = this.#whole.get(this.#oldestWhole.next() as string) as JournalRecord;
    this.remove(oldest);
    const left: JournalRecord = {
      ...oldest,
      written: shrink(oldest.written),
      base: UNKNOWN_BASE,
      copy: undefined,
      shrunk: true,
      isOpen: true,
    };
    this.#shrunken.set(left.key, left);
    this.#oldestShrunken.added();
    this.#options.onShrunk(oldest, left);
    if (this.#shrunken.size <= this.#options.limit) return;
    const first = this.#shrunken.get(this.#oldestShrunken.next() as string) as JournalRecord;
    this.remove(first);
    this.#options.onDropped(first);
  }
}
