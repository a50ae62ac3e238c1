import {
  CacheError,
  type Clock,
  type CriticalStore,
  type LoadProgress,
  type Logger,
  type Timer,
} from '@cachefb/core';
import type { Keyspace, KeyspaceObserver } from '../keyspace.js';
import type { PersistenceMetrics } from '../metrics.js';
import { HandOver } from './hand-over.js';
import { StoreHealth } from './store-health.js';
import { restoreState } from './stored-state.js';

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
  readonly #handOver: HandOver;
  #loading: Promise<void> | undefined;
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
    this.#handOver = new HandOver(space, { ...options, clock }, this.#health);
    space.observer = this;
    this.start().catch(() => {}); // Counted and logged.
  }

  /** Whether promises about critical keys have something to wait for: the load, or a strict store. */
  get waits(): boolean {
    return this.#isStrict || this.#loading !== undefined;
  }

  /** Whether one of these keys is critical; a command that names none concerns all. */
  concerns(keys: readonly unknown[]): boolean {
    const { prefix } = this.#options;
    return (
      keys.length === 0 || keys.some((key) => typeof key === 'string' && key.startsWith(prefix))
    );
  }

  /** Resolves when what was stored is here, or that failed. */
  get loaded(): Promise<void> | undefined {
    return this.#loading?.catch(() => {});
  }

  /** Runs a command once what was stored is here, and answers when its effect is as safe as the store promises. */
  async around<T>(command: () => T): Promise<T> {
    await this.loaded;
    const reply = command();
    if (this.#isStrict) await this.#handOver.settled();
    return reply;
  }

  changed(key: string): void {
    if (key !== this.#restoring && key.startsWith(this.#options.prefix))
      this.#handOver.changed(key);
  }

  cleared(): void {
    this.#handOver.cleared();
  }

  /** Loads what is stored, unless it was; what was written since the start wins. Rejects if that fails. */
  start(): Promise<void> {
    this.#cancelRetry();
    if (this.#loaded) {
      this.#handOver.start();
      return Promise.resolve();
    }
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Hands over what there is, and closes the store. Never rejects. */
  async stop(): Promise<void> {
    await this.loaded;
    this.#cancelRetry();
    await this.#handOver.stop();
    try {
      await this.#options.store.close();
    } catch (error) {
      this.#health.failed(error);
    }
  }

  /** How it fares. */
  get metrics(): PersistenceMetrics {
    return {
      loaded: this.#loaded,
      restored: this.#restored,
      notRestored: this.#notRestored,
      pending: Math.min(this.#handOver.pending, this.#space.size),
      failures: this.#health.failures,
      lastError: this.#health.lastError,
    };
  }

  async #load(): Promise<void> {
    const { store, prefix, onLoadProgress: onProgress } = this.#options;
    try {
      for await (const { key, value } of store.load({ onProgress })) {
        if (key.startsWith(prefix) && !this.#handOver.isPending(key)) this.#restore(key, value);
      }
    } catch (error) {
      this.#health.failed(error);
      this.#retry = this.#clock.after(RETRY, () => this.start().catch(() => {}));
      throw error;
    }
    this.#health.worked();
    this.#loaded = true;
    this.#handOver.start();
  }

  #restore(key: string, value: Uint8Array): void {
    // By an attempt that failed later.
    if (this.#space.find(key) !== -1) return;
    this.#restoring = key;
    try {
      if (restoreState(this.#space, key, value)) this.#restored++;
      else {
        this.#notRestored++;
        this.#handOver.changed(key);
      }
    } catch (error) {
      if (error instanceof CacheError && error.code === 'NEWER_FORMAT') throw error;
      this.#notRestored++;
      this.#options.logger.warn('a stored entry could not be brought back', { key, error });
    } finally {
      this.#restoring = undefined;
    }
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#clock.clear(this.#retry);
    this.#retry = undefined;
  }
}
