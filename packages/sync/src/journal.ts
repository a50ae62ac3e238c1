import type { Clock } from '@cachefb/core';
import { systemClock } from '@cachefb/core';
import type { Happening } from './happening.js';
import type { PolicyLookup } from './key-policy.js';
import { merge } from './merge.js';
import { ABSENT_BASE, type Base, type JournalRecord, UNKNOWN_BASE } from './record.js';
import type { Written } from './written.js';

/** How a {@link Journal} is bounded and told of its surroundings. */
export interface JournalOptions {
  readonly policies: PolicyLookup;
  /** Records beyond which the oldest are given up. @defaultValue `100000` */
  readonly maxPendingRecords?: number;
  /** Age at which a record is given up, milliseconds. @defaultValue `86400000` (a day) */
  readonly maxPendingAge?: number;
  /** @defaultValue `systemClock` */
  readonly clock?: Clock;
  /** Called when the last record of a key is gone: Redis owns it again. */
  readonly onReleased?: (key: string, record: JournalRecord) => void;
  /** Called when a record is given up because of a limit. */
  readonly onDropped?: (record: JournalRecord, reason: 'full' | 'age') => void;
}

/** A `flushall` that has to reach Redis before anything else. */
export interface Barrier {
  readonly id: string;
  readonly at: number;
}

const DEFAULT_RECORDS = 100_000;
const DEFAULT_AGE = 86_400_000;

/**
 * What changed while Redis was away: one open record a key, never a log of operations. A record that is being applied is
 * *sealed*; what happens to its key meanwhile opens a new one.
 */
export class Journal {
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;
  readonly #maxRecords: number;
  readonly #maxAge: number;
  readonly #onReleased: (key: string, record: JournalRecord) => void;
  readonly #onDropped: (record: JournalRecord, reason: 'full' | 'age') => void;
  readonly #open = new Map<string, JournalRecord>();
  readonly #sealed = new Map<string, JournalRecord>();
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #process = crypto.randomUUID();
  #barrier: Barrier | undefined;
  #count = 0;
  #shrunk = 0;

  constructor(options: JournalOptions) {
    this.#policies = options.policies;
    this.#clock = options.clock ?? systemClock;
    this.#maxRecords = options.maxPendingRecords ?? DEFAULT_RECORDS;
    this.#maxAge = options.maxPendingAge ?? DEFAULT_AGE;
    this.#onReleased = options.onReleased ?? (() => {});
    this.#onDropped = options.onDropped ?? (() => {});
  }

  /** Records that wait, a pending flush among them. */
  get size(): number {
    return this.#open.size + this.#sealed.size + (this.#barrier === undefined ? 0 : 1);
  }

  /** Whether a flush has to reach Redis first: until then no key belongs to Redis. */
  get barrier(): Barrier | undefined {
    return this.#barrier;
  }

  /** Whether memory owns the key. */
  has(key: string): boolean {
    return this.#barrier !== undefined || this.#open.has(key) || this.#sealed.has(key);
  }

  /** Whether a record of the key is being applied. */
  isSealed(key: string): boolean {
    return this.#sealed.has(key);
  }

  /** Keys with records. */
  *keys(): IterableIterator<string> {
    yield* this.#open.keys();
    for (const key of this.#sealed.keys()) if (!this.#open.has(key)) yield key;
  }

  /** The records, the sealed ones first. */
  *records(): IterableIterator<JournalRecord> {
    yield* this.#sealed.values();
    yield* this.#open.values();
  }

  /**
   * Notes what happened to a key.
   *
   * @param base - what Redis held before; counts only for a new record.
   * @param unconfirmed - a value that may have reached Redis already, its command's fate being unknown.
   */
  record(key: string, happening: Happening, base: Base, unconfirmed?: string | null): void {
    const now = this.#clock.now();
    const record = this.#open.get(key) ?? this.#add(key, baseFor(happening, base), now);
    record.written = merge(record.written, happening, now);
    record.writtenAt = now;
    if (unconfirmed !== undefined && record.base.kind === 'value') {
      record.base = { ...record.base, values: [...record.base.values, unconfirmed] };
    }
  }

  /** Gives a key to memory although there is nothing to bring back: an increment that may or may not count. */
  claim(key: string): void {
    if (!this.#open.has(key)) this.#add(key, UNKNOWN_BASE, this.#clock.now());
  }

  /** Notes that everything was deleted: older records count no more. */
  flush(): void {
    const records = [...this.records()];
    this.#open.clear();
    this.#sealed.clear();
    this.#shrunk = 0;
    this.#barrier = { id: this.#newId(), at: this.#clock.now() };
    for (const record of records) this.#wake(record.key);
  }

  /** The flush reached Redis. */
  settleBarrier(barrier: Barrier): void {
    if (this.#barrier === barrier) this.#barrier = undefined;
  }

  /** The next records to apply: those that were sealed and not settled first, then the oldest open ones. */
  seal(limit: number): JournalRecord[] {
    const batch: JournalRecord[] = [];
    for (const record of this.#sealed.values()) {
      if (batch.length === limit) return batch;
      batch.push(record);
    }
    for (const [key, record] of this.#open) {
      if (batch.length === limit) break;
      if (this.#sealed.has(key)) continue;
      this.#open.delete(key);
      this.#sealed.set(key, record);
      batch.push(record);
    }
    return batch;
  }

  /**
   * A sealed record was applied, or given up. Answers `false` if a flush has overtaken it.
   *
   * @param left - what Redis holds now as far as it is known: the base of a record opened meanwhile.
   */
  settle(record: JournalRecord, left: Base = UNKNOWN_BASE): boolean {
    if (this.#sealed.get(record.key) !== record) return false;
    this.#sealed.delete(record.key);
    if (record.shrunk) this.#shrunk--;
    const successor = this.#open.get(record.key);
    if (successor !== undefined) successor.base = left;
    else this.#onReleased(record.key, record);
    this.#wake(record.key);
    return true;
  }

  /** Resolves when no record of the key is being applied any more, or {@link Journal.wakeAll} is called. */
  settled(key: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(key);
      if (waiting === undefined) this.#waiting.set(key, [resolve]);
      else waiting.push(resolve);
    });
  }

  /** Lets everybody who waits look again; for a new outage, in which waiting would be in vain. */
  wakeAll(): void {
    for (const key of [...this.#waiting.keys()]) this.#wake(key);
  }

  /** Gives up records that are too old. */
  expire(): void {
    const limit = this.#clock.now() - this.#maxAge;
    for (const record of this.#open.values()) {
      if (record.openedAt > limit) return;
      this.#drop(record, 'age');
    }
  }

  #add(key: string, base: Base, now: number): JournalRecord {
    if (this.#open.size >= this.#maxRecords + this.#shrunk) this.#makeRoom();
    const record: JournalRecord = {
      id: this.#newId(),
      key,
      policy: this.#policies(key),
      openedAt: now,
      writtenAt: now,
      written: { kind: 'nothing' },
      base,
      shrunk: false,
      sentAt: 0,
    };
    this.#open.set(key, record);
    return record;
  }

  /** Shrinks the oldest record; drops it if there are as many shrunk ones as may be. */
  #makeRoom(): void {
    const oldest = this.#open.values().next().value;
    if (oldest === undefined) return;
    if (oldest.shrunk || this.#shrunk >= this.#maxRecords) {
      this.#drop(oldest, 'full');
      return;
    }
    this.#onDropped(oldest, 'full');
    this.#open.delete(oldest.key);
    this.#open.set(oldest.key, {
      ...oldest,
      written: shrink(oldest.written),
      base: UNKNOWN_BASE,
      shrunk: true,
    });
    this.#shrunk++;
  }

  #drop(record: JournalRecord, reason: 'full' | 'age'): void {
    this.#open.delete(record.key);
    if (record.shrunk) this.#shrunk--;
    this.#onDropped(record, reason);
    this.#onReleased(record.key, record);
  }

  #wake(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const resolve of waiting) resolve();
  }

  #newId(): string {
    return `${this.#process}:${++this.#count}`;
  }
}

/** A put that was made only because the key was absent says so itself. */
function baseFor(happening: Happening, base: Base): Base {
  const absent = base.kind === 'unknown' && happening.kind === 'put' && happening.wasAbsent;
  return absent ? ABSENT_BASE : base;
}

/** What can be kept of a change without its values: enough that no older form reappears. */
function shrink(written: Written): Written {
  switch (written.kind) {
    case 'put':
    case 'put-hash':
      return { kind: 'delete' };
    case 'fields': {
      const fields = [...written.fields].map(
        ([field, change]) =>
          [field, change.kind === 'put' ? { kind: 'delete' as const } : change] as const,
      );
      return { ...written, fields: new Map(fields) };
    }
    default:
      return written;
  }
}
