import {
  CacheError,
  type Clock,
  type CriticalStore,
  type DraftWriter,
  type LoadProgress,
  type Logger,
  type PersistenceMetrics,
  StoreHealth,
  StoreWriter,
  type Timer,
} from '@cachefb/core';
import type { Keyspace } from '../keyspace.js';
import type { KeyspaceObserver } from '../keyspace-limits.js';
import { SlotSet } from '../slot-set.js';
import { restoreState, writeStored } from './stored-state.js';

/** What a {@link Persister} is made of. */
export interface PersisterOptions {
  readonly store: CriticalStore;
  /** Keys that begin with it are stored. */
  readonly prefix: string;
  readonly logger: Logger;
  readonly onLoadProgress: ((progress: LoadProgress) => void) | undefined;
}

/** Milliseconds until a load that failed is tried again. */
const RETRY = 5000;

/** Keeps a store in line with the entries of a prefix, and brings them back when the cache starts. */
export class Persister implements KeyspaceObserver {
  readonly #space: Keyspace;
  readonly #options: PersisterOptions;
  readonly #clock: Clock;
  readonly #isStrict: boolean;
  readonly #health: StoreHealth;
  readonly #writer: StoreWriter;
  /** Slots whose entry has changed since it was last written: the writer knows of them. */
  readonly #changed = new SlotSet();
  #loading: Promise<void> | undefined;
  /** Whether every command waits for the load. */
  #holdsAll = false;
  #retry: Timer | undefined;
  /** The key that is just being brought back: that it changes is no news to the store. */
  #restoring: string | undefined;
  #loaded = false;
  #restored = 0;
  #notRestored = 0;

  constructor(space: Keyspace, options: PersisterOptions, clock: Clock) {
    this.#space = space;
    this.#options = options;
    this.#clock = clock;
    this.#isStrict = options.store.durability === 'strict';
    this.#health = new StoreHealth(options.logger);
    this.#writer = new StoreWriter({
      store: options.store,
      clock,
      health: this.#health,
      encode: (keys, to) => {
        for (const key of keys) this.#write(key, to);
      },
      keys: () => this.#keys(),
      isStranger: (key) => this.#isCritical(key) && space.find(key) === -1,
    });
    space.observer = this;
    this.start().catch(() => {}); // Counted and logged.
  }

  /**
   * Whether a command has something to wait for, the load or a strict store: one that names a critical key, or none and
   * is about all. What comes behind a write that waits for the load and is about other keys as well has to wait with it.
   */
  holds(keys: readonly unknown[], isWrite = true): boolean {
    if (!this.#isStrict && this.#loading === undefined) return false;
    const critical = keys.filter((key) => typeof key === 'string' && this.#isCritical(key)).length;
    const isHeld = this.#holdsAll || keys.length === 0 || critical > 0;
    const isOfOthers = keys.length === 0 || critical < keys.length;
    if (this.#loading !== undefined && isHeld && isOfOthers && isWrite) this.#holdsAll = true;
    return isHeld;
  }

  /** Resolves when what was stored is here, or that failed. */
  get loaded(): Promise<void> | undefined {
    return this.#loading?.catch(() => {});
  }

  /** Runs a command once what was stored is here, and answers when its effect is as safe as the store promises. */
  async around<T>(command: () => T): Promise<T> {
    if (this.#loading !== undefined) await this.loaded;
    const reply = command();
    if (this.#isStrict) await this.#writer.settled();
    return reply;
  }

  changed(key: string, slot: number): void {
    if (key === this.#restoring || !this.#isCritical(key)) return;
    if (this.#changed.add(slot)) this.#writer.changedFirst(key);
  }

  left(key: string, slot: number): void {
    if (!this.#isCritical(key)) return;
    // Known to the writer: the next entry of this key, in whichever slot, will be told of as if it were not.
    if (this.#changed.delete(slot)) this.#writer.changed(key);
    else this.#writer.changedFirst(key);
  }

  missed(key: string): void {
    if (this.#isCritical(key)) this.#writer.changed(key);
  }

  cleared(): void {
    this.#changed.clear();
    this.#writer.cleared();
  }

  /** Loads what is stored, unless it was; what was written since the start wins. Rejects if that fails. */
  start(): Promise<void> {
    this.#cancelRetry();
    if (this.#loaded) {
      this.#writer.start();
      return Promise.resolve();
    }
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
      this.#holdsAll = false;
    });
    return this.#loading;
  }

  /** Hands over what there is, and closes the store. Never rejects. */
  async stop(): Promise<void> {
    await this.loaded;
    this.#cancelRetry();
    await this.#writer.stop();
    try {
      await this.#options.store.close();
    } catch (error) {
      this.#health.failed(error);
    }
  }

  /** How it fares. */
  get metrics(): PersistenceMetrics {
    const { pending } = this.#writer;
    return {
      loaded: this.#loaded,
      restored: this.#restored,
      notRestored: this.#notRestored,
      pending: Number.isFinite(pending) ? pending : this.#space.size,
      failures: this.#health.failures,
      lastError: this.#health.lastError,
    };
  }

  async #load(): Promise<void> {
    const { store, onLoadProgress: onProgress } = this.#options;
    try {
      for await (const { key, value } of store.load({ onProgress })) {
        if (this.#isCritical(key) && !this.#writer.isPending(key)) this.#restore(key, value);
      }
    } catch (error) {
      this.#health.failed(error);
      this.#retry = this.#clock.after(RETRY, () => this.start().catch(() => {}));
      throw error;
    }
    this.#health.worked();
    this.#loaded = true;
    this.#writer.start();
  }

  #restore(key: string, value: Uint8Array): void {
    // By an attempt that failed later.
    if (this.#space.find(key) !== -1) return;
    this.#restoring = key;
    try {
      if (restoreState(this.#space, key, value)) this.#restored++;
      else {
        this.#notRestored++;
        this.#writer.changed(key);
      }
    } catch (error) {
      if (error instanceof CacheError && error.code === 'NEWER_FORMAT') throw error;
      this.#notRestored++;
      this.#options.logger.warn('a stored entry could not be brought back', { key, error });
    } finally {
      this.#restoring = undefined;
    }
  }

  #write(key: string, to: DraftWriter): void {
    const slot = this.#space.find(key);
    if (slot === -1) {
      to.gone(key);
      return;
    }
    this.#changed.delete(slot);
    writeStored(to.entry(key), this.#space, slot);
  }

  *#keys(): IterableIterator<string> {
    for (let slot = 0; slot < this.#space.end; slot++) {
      const key = this.#space.keyAt(slot);
      if (key !== undefined && this.#isCritical(key)) yield key;
    }
  }

  #isCritical(key: string): boolean {
    return key.startsWith(this.#options.prefix);
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#clock.clear(this.#retry);
    this.#retry = undefined;
  }
}
