import type { Clock } from '@cachefb/core';
import { ClosedRecords } from './closed-records.js';
import { beginningAfter, hasLapsed, reborn } from './continuing.js';
import type { Happening } from './happening.js';
import { checkJournalOptions, type JournalOptions } from './journal-options.js';
import type { PolicyLookup } from './key-policy.js';
import { merge } from './merge.js';
import { OpenRecords } from './open-records.js';
import { baseFor, withUnconfirmed } from './own-doings.js';
import { type Base, type Copy, DOUBTED_BASE, type JournalRecord, UNKNOWN_BASE } from './record.js';

/** Told of every change of what a journal holds, so that it can be kept elsewhere too. */
export interface JournalObserver {
  /** The records of a key have changed: this one came, went or was written to. */
  changed(record: JournalRecord): void;
  /** All records went, and a flush has to reach Redis first. */
  flushed(): void;
  /** The flush has reached Redis. */
  flushSettled(): void;
}

/** A `flushall` that has to reach Redis before anything else. */
export interface Barrier {
  readonly id: string;
  readonly at: number;
}

/** What is known of a key when its record is opened. */
export interface Known {
  /** What Redis held. */
  readonly base: Base;
  /** What memory held, if anything. */
  readonly copy?: Copy | undefined;
}

/** Nothing is known of a key. */
const NOTHING_KNOWN: Known = Object.freeze({ base: UNKNOWN_BASE, copy: undefined });
const NO_RECORDS: ReadonlySet<JournalRecord> = new Set();

/**
 * What changed while Redis was away: one open record a key, never a log of operations. A record that is being applied is
 * *sealed*; what happens to its key meanwhile opens a new one.
 */
export class Journal {
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;
  readonly #maxAge: number;
  readonly #onReleased: (key: string, record: JournalRecord) => void;
  readonly #onDropped: (record: JournalRecord, reason: 'full' | 'age') => void;
  readonly #open: OpenRecords;
  readonly #closed = new ClosedRecords();
  readonly #sealed = new Map<string, JournalRecord>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #barrier: Barrier | undefined;
  /** Told of every change. */
  observer: JournalObserver | undefined;
  /** What the ids of this process's records begin with. */
  readonly process: string = crypto.randomUUID();
  #count = 0;

  /** @throws ConfigurationError naming the option and its value. */
  constructor(options: JournalOptions) {
    const checked = checkJournalOptions(options);
    this.#policies = checked.policies;
    this.#clock = checked.clock;
    this.#maxAge = checked.maxPendingAge;
    this.#onReleased = checked.onReleased;
    this.#onDropped = checked.onDropped;
    this.#open = new OpenRecords({
      limit: checked.maxPendingRecords,
      onShrunk: (record, left) => {
        this.#onDropped(record, 'full');
        this.observer?.changed(left);
      },
      onDropped: (record) => this.#gone(record, 'full'),
    });
  }

  /** Records that wait, a pending flush among them. */
  get size(): number {
    const barrier = this.#barrier === undefined ? 0 : 1;
    return this.#open.size + this.#closed.size + this.#sealed.size + barrier;
  }

  /** Whether a flush has to reach Redis first: until then no key belongs to Redis. */
  get barrier(): Barrier | undefined {
    return this.#barrier;
  }

  /** Whether memory owns the key. */
  has(key: string): boolean {
    return this.#barrier !== undefined || this.#hasRecord(key);
  }

  /**
   * Whether a record of the key is being applied, or may have been by an earlier process: Redis may hold something newer
   * than memory does.
   */
  isSealed(key: string): boolean {
    return this.#sealed.has(key) || this.#closed.has(key);
  }

  /** Whether what happens to the key now is merged into a record that is there. */
  isOpen(key: string): boolean {
    return this.#open.get(key) !== undefined;
  }

  /** The record of a key that reaches Redis next, if there is one. */
  recordOf(key: string): JournalRecord | undefined {
    return this.#sealed.get(key) ?? this.#closed.first(key) ?? this.#open.get(key);
  }

  /** The records of a key, in the order in which they reach Redis. */
  recordsOf(key: string): JournalRecord[] {
    const opened = this.#open.get(key);
    if (this.#sealed.size + this.#closed.size === 0) return opened ? [opened] : [];
    const sealed = this.#sealed.get(key);
    const closed = this.#closed.of(key);
    return [...(sealed ? [sealed] : []), ...closed, ...(opened ? [opened] : [])];
  }

  /** Whether a record is open, and surely the only one of its key: costs less than to look it up. */
  isOnly(record: JournalRecord): boolean {
    return record.isOpen && this.#sealed.size + this.#closed.size === 0;
  }

  /** The record that reaches Redis after this one, of what happened to its key since. */
  successorOf(record: JournalRecord): JournalRecord | undefined {
    const opened = this.#open.get(record.key);
    return opened === record ? undefined : (this.#closed.after(record) ?? opened);
  }

  /** Keys with records. */
  *keys(): IterableIterator<string> {
    yield* this.#open.keys();
    for (const key of this.#closed.keys()) if (this.#open.get(key) === undefined) yield key;
    for (const key of this.#sealed.keys()) {
      if (this.#open.get(key) === undefined && !this.#closed.has(key)) yield key;
    }
  }

  /** The records, the sealed ones first. */
  *records(): IterableIterator<JournalRecord> {
    yield* this.#sealed.values();
    yield* this.#closed.values();
    yield* this.#open.values();
  }

  /**
   * Notes what happened to a key.
   *
   * @param known - what Redis, and memory, held before; counts only for a new record.
   * @param unconfirmed - whether the command may have reached Redis already, its fate being unknown.
   */
  record(
    key: string,
    happening: Happening,
    known: Known = NOTHING_KNOWN,
    unconfirmed = false,
  ): void {
    const now = this.#clock.now();
    const record = this.#continued(key, now) ?? this.#add(key, now, known);
    record.base = baseFor(record, happening);
    const before = happening.kind === 'remove-fields' ? record.written : reborn(record);
    record.written = merge(before, happening, now);
    record.writtenAt = now;
    if (unconfirmed) record.base = withUnconfirmed(record.base, happening);
    this.observer?.changed(record);
  }

  /** Notes what a command of this process did to a key in Redis, or may have done, and not in memory. */
  doubt(key: string, happening: Happening): void {
    for (const record of [this.#sealed.get(key), this.#open.get(key)]) {
      const base = record && withUnconfirmed(record.base, happening);
      if (record === undefined || base === undefined || base === record.base) continue;
      record.base = base;
      this.observer?.changed(record);
    }
  }

  /**
   * Gives a key to memory although there is nothing to bring back: an increment that may or may not count.
   *
   * @param copy - what memory held before; what Redis holds cannot be known.
   */
  claim(key: string, happening: Happening, copy?: Copy): void {
    if (this.#open.get(key) !== undefined) this.doubt(key, happening);
    else this.observer?.changed(this.#add(key, this.#clock.now(), { base: DOUBTED_BASE, copy }));
  }

  /** Notes that everything was deleted: older records count no more. */
  flush(): void {
    const records = [...this.records()];
    this.#open.clear();
    this.#closed.clear();
    this.#sealed.clear();
    this.#barrier = { id: `${this.process}:${++this.#count}`, at: this.#clock.now() };
    for (const record of records) this.#wake(record.key);
    this.observer?.flushed();
  }

  /** The flush reached Redis. */
  settleBarrier(barrier: Barrier): void {
    if (this.#barrier !== barrier) return;
    this.#barrier = undefined;
    this.observer?.flushSettled();
  }

  /**
   * The next records to apply: those that were sealed and not settled first, then the oldest open ones.
   *
   * @param underWay - sealed records that are being applied already.
   */
  seal(limit: number, underWay: ReadonlySet<JournalRecord> = NO_RECORDS): JournalRecord[] {
    const batch: JournalRecord[] = [];
    for (const record of this.#sealed.values()) {
      if (batch.length === limit) return batch;
      if (!underWay.has(record)) batch.push(record);
    }
    this.#sealClosed(batch, limit);
    this.#sealOldest(batch, limit);
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
    const successor = this.#closed.first(record.key) ?? this.#open.get(record.key);
    if (successor !== undefined) successor.base = left;
    else this.#onReleased(record.key, record);
    this.observer?.changed(record);
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
      // Those that were restored are in no order.
      if (record.openedAt > limit) continue;
      this.#open.remove(record);
      this.#gone(record, 'age');
    }
    for (const record of this.#closed.values()) {
      if (record.openedAt > limit) continue;
      this.#closed.remove(record);
      this.#gone(record, 'age');
    }
  }

  /**
   * Takes in the records of a key that an earlier process left, before whatever happened to the key in this one.
   *
   * @param mergeable - whether nobody can have sent the last of them; what happens to the key is then merged into it.
   * @returns `false`, and takes in nothing, if it is too late: what happened to the key since is being applied.
   */
  restore(records: readonly JournalRecord[], mergeable: boolean): boolean {
    const last = records.at(-1);
    if (last === undefined || this.#sealed.has(last.key)) return last === undefined;
    const opens = mergeable && this.#open.get(last.key) === undefined;
    for (const record of opens ? records.slice(0, -1) : records) this.#closed.add(record);
    if (opens) this.#open.add(last);
    return true;
  }

  /** Takes in the flush that an earlier process left. */
  restoreBarrier(barrier: Barrier): void {
    this.#barrier ??= barrier;
  }

  #hasRecord(key: string): boolean {
    return this.#open.get(key) !== undefined || this.#closed.has(key) || this.#sealed.has(key);
  }

  /** The open record, unless what it is about has ended by itself: what happens now then begins a new one. */
  #continued(key: string, now: number): JournalRecord | undefined {
    const record = this.#open.get(key);
    if (record === undefined || !hasLapsed(record, now)) return record;
    this.#open.remove(record);
    return undefined;
  }

  #sealClosed(batch: JournalRecord[], limit: number): void {
    for (let left = this.#closed.keyCount; left > 0 && batch.length < limit; left--) {
      const key = this.#closed.nextKey();
      if (key === undefined) return;
      if (this.#sealed.has(key)) continue;
      const record = this.#closed.first(key) as JournalRecord;
      this.#closed.remove(record);
      this.#sealed.set(key, record);
      batch.push(record);
    }
  }

  #sealOldest(batch: JournalRecord[], limit: number): void {
    // A key has to wait for the record before it.
    const mustWait = (key: string) => this.#sealed.has(key) || this.#closed.has(key);
    for (const record of this.#open.takeOldest(limit - batch.length, mustWait)) {
      this.#sealed.set(record.key, record);
      batch.push(record);
    }
  }

  #add(key: string, now: number, { base, copy }: Known): JournalRecord {
    const before = this.#closed.last(key) ?? this.#sealed.get(key);
    const record: JournalRecord = {
      process: this.process,
      number: ++this.#count,
      key,
      policy: this.#policies(key),
      openedAt: now,
      writtenAt: now,
      written: beginningAfter(before),
      base,
      copy,
      shrunk: false,
      sentAt: 0,
      isOpen: false,
      isNoted: false,
    };
    this.#open.add(record);
    return record;
  }

  #gone(record: JournalRecord, reason: 'full' | 'age'): void {
    this.#onDropped(record, reason);
    if (!this.#hasRecord(record.key)) this.#onReleased(record.key, record);
    this.observer?.changed(record);
    this.#wake(record.key);
  }

  #wake(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const resolve of waiting) resolve();
  }
}
