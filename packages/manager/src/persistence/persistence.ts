import {
  CacheError,
  type Clock,
  type Command,
  isWrite,
  keysOf,
  type PersistenceMetrics,
  StoreHealth,
  StoreWriter,
} from '@cachefb/core';
import type { JournalObserver, JournalRecord } from '@cachefb/sync';
import { withDeadline } from '../with-deadline.js';
import { Entries } from './entries.js';
import { Loader } from './loader.js';
import type { PersistenceOptions } from './options.js';
import { Senders } from './senders.js';
import { BARRIER_NAME, keyNamed, nameOf, SENDERS_NAME } from './special-entries.js';

/** How long sending waits for the store to know of it, milliseconds. */
const MARKING_TIME = 1000;
/** Milliseconds between two looks at copies whose time is up. */
const SWEEP_INTERVAL = 60_000;

/**
 * Keeps the journal, and the copies of keys whose policy says so, in a store, and brings back from it what an earlier
 * process left.
 */
export class Persistence implements JournalObserver {
  readonly #options: PersistenceOptions;
  readonly #isStrict: boolean;
  readonly #health: StoreHealth;
  readonly #writer: StoreWriter<JournalRecord>;
  readonly #senders: Senders;
  readonly #loader: Loader;
  #settled: string[] = [];
  #confirming: Promise<void> | undefined;
  #sweeping: ReturnType<Clock['after']> | undefined;

  constructor(options: PersistenceOptions) {
    const { store, journal, mirror, clock, logger } = options;
    this.#options = options;
    this.#isStrict = store.durability === 'strict';
    this.#health = new StoreHealth(logger);
    this.#senders = new Senders(journal.process);
    const entries = new Entries(options, this.#senders);
    this.#writer = new StoreWriter({
      store,
      clock,
      health: this.#health,
      encode: (changed, to) => entries.write(changed, to),
      keyOf: ({ key }) => nameOf(key),
      keys: () => this.#names(),
      isStranger: (name) => this.#isStranger(name),
    });
    this.#loader = new Loader({
      ...options,
      writer: this.#writer,
      health: this.#health,
      senders: this.#senders,
      onLoaded: () => {
        this.#writer.start();
        this.#sweepLater();
        options.onLoaded();
      },
    });
    journal.observer = this;
    mirror.observer = (key) => {
      if (key !== this.#loader.restoring && options.policies(key).persist) {
        this.#writer.changed(nameOf(key));
      }
    };
  }

  /** Brings back what an earlier process left. Resolves when that is done, or has failed; it is tried again then. */
  load(): Promise<void> {
    return this.#loader.start();
  }

  /**
   * What a command has to wait for before it runs: that what an earlier process left of its keys is here.
   *
   * @param isSent - whether it goes to Redis directly unless its keys belong to memory.
   */
  before(command: Command, isSent: () => boolean): Promise<void> | undefined {
    return this.#loader.isLoaded ? undefined : this.#loader.before(command, isSent);
  }

  /** What a command that memory answered has to wait for before its caller is told: a strict store. */
  after(command: Command): Promise<void> | undefined {
    if (!this.#isStrict || !isWrite(command)) return undefined;
    const { policies, timeout, clock } = this.#options;
    const concerned =
      command.name === 'flushall' || keysOf(command).some((key) => policies(key).persist);
    if (!concerned) return undefined;
    return withDeadline(this.#writer.settled(), timeout, clock).catch(() => {
      this.#health.failed(
        new CacheError('STORE_SLOW', `the store did not take a change within ${timeout} ms`),
      );
    });
  }

  /** Has it on disk that records may be sent from now on, so that a later process merges nothing into them. */
  async beforeSending(): Promise<void> {
    // Ends with the store being told of changes.
    if (this.#loader.isTakingIn) await this.#loader.start();
    if (!this.#senders.begin()) return;
    this.#writer.changed(SENDERS_NAME);
    await withDeadline(this.#onDisk(), MARKING_TIME, this.#options.clock).catch(() => {});
  }

  /** Nothing is left to be sent; unless what may have been sent by an earlier process is still to be loaded. */
  allSent(): void {
    if (this.#loader.isLoaded && this.#senders.end()) this.#writer.changed(SENDERS_NAME);
  }

  /** Has Redis forget the marks of records that were applied as soon as they have left the disk. */
  async confirm(ids: readonly string[]): Promise<void> {
    this.#settled.push(...ids);
    this.#confirming ??= this.#confirm().finally(() => {
      this.#confirming = undefined;
    });
  }

  changed(record: JournalRecord): void {
    if (record.isNoted || !record.policy.persist) return;
    record.isNoted = true;
    this.#writer.changedFirst(record);
  }

  flushed(): void {
    this.#loader.flushed();
    this.#writer.cleared();
    this.#writer.changed(BARRIER_NAME);
    this.#writer.changed(SENDERS_NAME);
  }

  /**
   * Carries out a flush. What an earlier process left, and is still to be loaded, is not taken in before it is answered,
   * and counts no more then: brought back, it would come after the flush.
   */
  aroundFlush<T>(flush: () => Promise<T>): Promise<T> {
    const answered = flush().then((answer) => {
      this.#flushAnswered();
      return answer;
    });
    this.#loader.flushBegan(answered);
    return answered;
  }

  flushSettled(): void {
    this.#writer.changed(BARRIER_NAME);
  }

  #flushAnswered(): void {
    if (this.#loader.isLoaded) return;
    this.#loader.flushed();
    this.#writer.cleared();
    for (const name of this.#names()) this.#writer.changed(name);
  }

  /** How it fares. */
  get metrics(): PersistenceMetrics {
    const { journal, mirror } = this.#options;
    const { pending } = this.#writer;
    return {
      loaded: this.#loader.isLoaded,
      restored: this.#loader.restored,
      notRestored: this.#loader.notRestored,
      pending: Number.isFinite(pending) ? pending : journal.size + mirror.size,
      failures: this.#health.failures,
      lastError: this.#health.lastError,
    };
  }

  /** Has everything on disk and closes the store, within the time that a command may take. Never rejects. */
  async stop(): Promise<void> {
    const { clock, timeout, logger } = this.#options;
    this.#loader.stop();
    if (this.#sweeping !== undefined) clock.clear(this.#sweeping);
    await withDeadline(this.#close(), timeout, clock).catch((error: unknown) => {
      logger.error('the store could not be closed', { error });
    });
  }

  async #close(): Promise<void> {
    await this.#writer.stop();
    await this.#confirming;
    await this.#options.store.close();
  }

  async #confirm(): Promise<void> {
    while (this.#settled.length > 0) {
      const ids = this.#settled;
      this.#settled = [];
      try {
        await this.#onDisk();
        await this.#options.primary.confirm?.(ids);
      } catch {
        // Marks end by themselves; until then nothing that comes back from the disk is applied again.
      }
    }
  }

  /** Resolves when everything up to now is on disk; rejects if the store fails. */
  async #onDisk(): Promise<void> {
    await this.#writer.settled();
    await this.#options.store.flush?.();
    if (this.#health.lastError !== undefined) throw this.#health.lastError;
  }

  *#names(): IterableIterator<string> {
    const { journal, mirror } = this.#options;
    yield BARRIER_NAME;
    yield SENDERS_NAME;
    for (const key of journal.keys()) yield nameOf(key);
    for (const key of mirror.keys()) yield nameOf(key);
  }

  #isStranger(name: string): boolean {
    const { journal, mirror } = this.#options;
    const key = keyNamed(name);
    return key !== undefined && journal.recordOf(key) === undefined && !mirror.has(key);
  }

  #sweepLater(): void {
    this.#sweeping = this.#options.clock.after(SWEEP_INTERVAL, () => {
      void this.#options.mirror.sweep().then(() => {
        if (this.#loader.isStopped) return;
        this.#sweepLater();
      });
    });
  }
}
