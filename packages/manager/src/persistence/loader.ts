import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  CacheError,
  type Command,
  changesOf,
  DraftWriter,
  type KeyState,
  keysOf,
  type StoreHealth,
  type StoreWriter,
  type Timer,
} from '@cachefb/core';
import type { Barrier, JournalRecord, ResolvedPolicy } from '@cachefb/sync';
import { withDeadline } from '../with-deadline.js';
import { EarlyWrites } from './early-writes.js';
import { decodeEntry, type StoredKey } from './entry-codec.js';
import type { PersistenceOptions } from './options.js';
import type { Senders } from './senders.js';
import {
  BARRIER_NAME,
  decodeBarrier,
  decodeSenders,
  keyNamed,
  nameOf,
  SENDERS_NAME,
  writeSenders,
} from './special-entries.js';
import { wallShift } from './wall-shift.js';

/** What a {@link Loader} works with. */
export interface LoaderOptions extends PersistenceOptions {
  readonly writer: StoreWriter<JournalRecord>;
  readonly health: StoreHealth;
  readonly senders: Senders;
}

/** Milliseconds until a load that failed is tried again. */
const RETRY = 5000;
/** Records taken in before others get their turn. */
const STEP = 500;

/** Brings back what an earlier process left: at the start, or as soon as the store can be read. */
export class Loader {
  readonly #options: LoaderOptions;
  readonly #early = new EarlyWrites();
  #loading: Promise<void> | undefined;
  #retry: Timer | undefined;
  #attempts = 0;
  #isFlushed = false;
  /** Flushes that are not answered yet. */
  readonly #flushes = new Set<Promise<unknown>>();
  /** The key that is just being brought back: that its copy changes is no news to the store. */
  restoring: string | undefined;
  /** Whether what was read is being taken in; until it is all here, and the store is told of changes, nothing may be sent. */
  isTakingIn = false;
  /** Whether everything is here. */
  isLoaded = false;
  isStopped = false;
  restored = 0;
  notRestored = 0;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Loads, unless that is done or under way. Never rejects. */
  start(): Promise<void> {
    if (this.isLoaded || this.isStopped) return Promise.resolve();
    this.#loading ??= this.#try().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** No further attempts. */
  stop(): void {
    this.isStopped = true;
    if (this.#retry !== undefined) this.#options.clock.clear(this.#retry);
  }

  /** Everything was deleted: what is still to be loaded counts no more. */
  flushed(): void {
    this.#isFlushed = true;
  }

  /** A flush is under way: nothing is taken in before it is answered. */
  flushBegan(answer: Promise<unknown>): void {
    const over: Promise<unknown> = answer.catch(() => {}).finally(() => this.#flushes.delete(over));
    this.#flushes.add(over);
  }

  /** As of `Persistence`. Only the first attempt is waited for; a flush also waits for what is just being taken in. */
  before(command: Command, isSent: () => boolean): Promise<void> | undefined {
    const { policies, timeout, clock } = this.#options;
    const keys = keysOf(command).filter((key) => policies(key).persist);
    const isConcerned = keys.length > 0 || command.name === 'flushall';
    const note = () => {
      if (isSent()) this.#early.add(command, keys);
    };
    const isLate = this.#attempts > 1 && !(this.isTakingIn && command.name === 'flushall');
    if (!isConcerned || isLate || this.#loading === undefined) {
      note();
      return undefined;
    }
    return withDeadline(this.#loading, timeout, clock)
      .catch(() => {})
      .then(note);
  }

  async #try(): Promise<void> {
    const { health, clock, onLoaded } = this.#options;
    this.#attempts++;
    try {
      await this.#load();
    } catch (error) {
      this.isTakingIn = false;
      health.failed(error);
      if (!this.isStopped) this.#retry = clock.after(RETRY, () => void this.start());
      return;
    }
    if (this.isStopped) return;
    health.worked();
    this.isTakingIn = false;
    this.isLoaded = true;
    onLoaded();
  }

  async #load(): Promise<void> {
    const { store, clock, senders, logger, onLoadProgress: onProgress } = this.#options;
    const shift = wallShift(clock);
    const began = clock.now();
    const withRecords: (StoredKey & { readonly key: string })[] = [];
    let barrier: Barrier | undefined;
    let unreadable = 0;
    let copies = 0;
    for await (const { key: name, value } of store.load({ onProgress })) {
      if (this.#isFlushed || this.isStopped) continue;
      try {
        const key = keyNamed(name);
        if (name === BARRIER_NAME) barrier = decodeBarrier(value, shift);
        else if (name === SENDERS_NAME) senders.restore(decodeSenders(value));
        else if (key !== undefined) {
          const stored = decodeEntry(value, key, this.#policyOf(key), shift);
          if (stored.records.length > 0) withRecords.push({ ...stored, key });
          else if (this.#restoreCopy(key, stored.state)) copies++;
        }
      } catch (error) {
        if (error instanceof CacheError && error.code === 'NEWER_FORMAT') throw error;
        unreadable++;
      }
    }
    if (this.isStopped) return;
    await this.#inherit(withRecords);
    while (this.#flushes.size > 0) await Promise.all(this.#flushes);
    if (this.isStopped) return;
    this.isTakingIn = true;
    if (barrier !== undefined && !this.#isFlushed) this.#restoreBarrier(barrier);
    for (const [index, stored] of withRecords.entries()) {
      if (index % STEP === STEP - 1) await nextTurn();
      if (!this.#isFlushed) this.#restoreRecords(stored.key, stored);
    }
    this.notRestored += unreadable;
    if (unreadable > 0) logger.error('stored entries cannot be read', { entries: unreadable });
    const records = withRecords.length;
    if (copies + records === 0) return;
    const took = Math.round(clock.now() - began);
    logger.info('what an earlier process left is loaded', { changed: records, copies, took });
  }

  /** These records will be sent with the others: where sending is under way already, the store has to know before. */
  async #inherit(stored: readonly StoredKey[]): Promise<void> {
    const { senders, store } = this.#options;
    for (const { records } of stored) for (const { process } of records) senders.inherit(process);
    if (!senders.isSending || stored.length === 0) return;
    const draft = new DraftWriter();
    writeSenders(draft.entry(SENDERS_NAME), senders.all);
    await store.write(changesOf(draft.take()));
    await store.flush?.();
  }

  /** A flush would take with it what was written in Redis since. */
  #restoreBarrier(barrier: Barrier): void {
    const { journal, writer, onDropped } = this.#options;
    if (this.#early.isAny) {
      onDropped(1);
      writer.changed(BARRIER_NAME);
    } else journal.restoreBarrier(barrier);
  }

  #policyOf(key: string): ResolvedPolicy {
    const policy = this.#options.policies(key);
    return policy.persist ? policy : { ...policy, persist: true };
  }

  #restoreCopy(key: string, state: KeyState): boolean {
    const { writer, mirror, policies } = this.#options;
    // Something has happened to it since the start, or it is here from an attempt that failed later.
    if (writer.isPending(nameOf(key)) || mirror.has(key)) return false;
    const { persist, mirror: mirrored } = policies(key);
    if (!persist || !mirrored || this.#isOver(state)) {
      this.notRestored++;
      writer.changed(nameOf(key));
      return false;
    }
    this.#quietly(key, () => mirror.restore(key, state));
    this.restored++;
    return true;
  }

  #restoreRecords(key: string, { state, records }: StoredKey): void {
    const { writer, mirror, journal, fallback, senders, policies, onDropped } = this.#options;
    const isChanged = writer.isPending(nameOf(key));
    const mergeable = !senders.mayHaveSent(records.at(-1)?.process ?? '');
    const closed = mergeable ? records.length - 1 : records.length;
    const restored = records.map((record, index) =>
      index < closed ? { ...record, sentAt: record.writtenAt } : record,
    );
    if (this.#early.mayHave(key) || !journal.restore(restored, mergeable)) {
      onDropped(records.length);
      writer.changed(nameOf(key));
      return;
    }
    this.restored++;
    if (isChanged || this.#isOver(state)) return;
    this.#quietly(key, () => mirror.adopt(key, state));
    if (policies(key).onRecovery === 'sync') fallback.pin?.(key);
  }

  #quietly(key: string, restore: () => void): void {
    this.restoring = key;
    restore();
    this.restoring = undefined;
  }

  #isOver(state: KeyState): boolean {
    if (state.type === 'none' || state.type === 'other') return true;
    return state.deadline !== null && state.deadline <= this.#options.clock.now();
  }
}
