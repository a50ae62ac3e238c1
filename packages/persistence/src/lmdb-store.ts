import {
  type CriticalStore,
  type Draft,
  type Durability,
  draftOf,
  type LoadOptions,
  type StoreChange,
  type StoredEntry,
} from '@cachefb/core';
import {
  gatheringTime,
  type LmdbStoreOptions,
  type LmdbStoreSettings,
  readOptions,
} from './options.js';
import { Session } from './session.js';

/** How an `LmdbStore` fares. */
export interface LmdbStoreStats {
  /** Changes that are acknowledged and not on disk yet. */
  readonly pending: number;
  /** Times that commits began to fail. */
  readonly failures: number;
  /** Why commits fail now; `undefined` while they work. */
  readonly lastError: unknown;
  /** Entries that could not be read, in all loads. */
  readonly damagedEntries: number;
  /** Files that were moved aside because they could not be read at all. */
  readonly damagedFiles: number;
}

/**
 * A {@link CriticalStore} on LMDB: transactions, crash safety, one folder on the disk.
 *
 * It opens at the first call, and again after a `close()`. Every rejection is a `CacheError` that names the folder:
 * `STORE_IN_USE` (another living process has it), `STORE_KEY` (encrypted with another key, or not at all),
 * `STORE_FORMAT` (written by a newer version), `STORE_FULL`, `STORE_NOT_WRITABLE`, `STORE_FAILED`.
 *
 * @example
 * ```ts
 * const store = new LmdbStore({ path: './critical' });
 * await store.write([{ key: 'a', value: Buffer.from('1') }]);
 * for await (const { key, value } of store.load()) console.log(key, value);
 * await store.close();
 * ```
 *
 * @throws ConfigurationError for an option that is unknown or cannot work.
 */
export class LmdbStore implements CriticalStore {
  readonly durability: Durability;
  readonly gatherFor: number;
  readonly #settings: LmdbStoreSettings;
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #closing: Promise<void> | undefined;
  #failures = 0;
  #lastError: unknown;
  #damagedEntries = 0;
  #damagedFiles = 0;

  constructor(options: LmdbStoreOptions) {
    this.#settings = readOptions(options);
    this.durability = this.#settings.durability;
    this.gatherFor = gatheringTime(this.#settings);
  }

  /** How it fares. */
  get stats(): LmdbStoreStats {
    return {
      pending: this.#session?.thread.pending ?? 0,
      failures: this.#failures,
      lastError: this.#lastError,
      damagedEntries: this.#damagedEntries,
      damagedFiles: this.#damagedFiles,
    };
  }

  /** Everything stored. Entries that are damaged are left out, counted and logged. */
  async *load({ onProgress }: LoadOptions = {}): AsyncGenerator<StoredEntry> {
    const { thread } = await this.#open();
    let done = 0;
    let damaged = 0;
    for await (const chunk of thread.chunks()) {
      yield* chunk.entries;
      done += chunk.entries.length;
      damaged += chunk.damaged;
      onProgress?.({ done, total: Math.max(done, chunk.size - damaged) });
    }
    onProgress?.({ done, total: done });
    if (damaged > 0) this.#reportDamage(damaged);
  }

  /** Writes and deletes in one transaction. */
  async write(changes: readonly StoreChange[]): Promise<void> {
    if (changes.length > 0) await this.writeDraft(draftOf(changes), false);
  }

  /** Deletes in one transaction. */
  delete(keys: readonly string[]): Promise<void> {
    return this.write(keys.map((key) => ({ key, value: null })));
  }

  /** Deletes everything and makes `changes`, in one transaction; acknowledged as a write is. */
  clear(changes: readonly StoreChange[] = []): Promise<void> {
    return this.writeDraft(draftOf(changes), true);
  }

  /** Writes what is made into bytes in the store's thread; with `clear` after everything else is deleted. */
  async writeDraft(draft: Draft, clear: boolean): Promise<void> {
    const session = this.#session ?? (await this.#open());
    return session.thread.write(draft, clear);
  }

  /** Has what was acknowledged on disk now. Rejects if the disk does not take it. */
  async flush(): Promise<void> {
    await this.#session?.thread.flush();
  }

  /** Has what was acknowledged on disk and lets go of the folder. Rejects if the disk does not take it. Idempotent. */
  async close(): Promise<void> {
    await this.#opening?.catch(() => {});
    this.#closing ??= this.#close().finally(() => {
      this.#closing = undefined;
    });
    return this.#closing;
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }

  async #open(): Promise<Session> {
    await this.#closing?.catch(() => {});
    if (this.#session !== undefined) return this.#session;
    this.#opening ??= Session.open(this.#settings, {
      onDamagedFile: () => this.#damagedFiles++,
      onHealth: (error) => this.#noteHealth(error),
      onEnd: (error) => {
        this.#session = undefined;
        this.#noteHealth(error);
      },
    }).finally(() => {
      this.#opening = undefined;
    });
    this.#session = await this.#opening;
    if (this.#lastError !== undefined) this.#noteHealth(undefined);
    return this.#session;
  }

  #noteHealth(error: unknown): void {
    const { logger, path } = this.#settings;
    this.#lastError = error;
    if (error === undefined) {
      logger.info('the store works again', { path });
      return;
    }
    this.#failures++;
    logger.error('the store cannot be written: it is tried again until it can', { path, error });
  }

  #reportDamage(entries: number): void {
    this.#damagedEntries += entries;
    const { logger, path } = this.#settings;
    logger.error('entries of a store are damaged and were left out', { path, entries });
  }
}
