import type { Draft } from './draft/draft.js';

/** An entry of a {@link CriticalStore}: a name and opaque bytes. */
export interface StoredEntry {
  /** Any well-formed string, the empty one and long ones too. */
  readonly key: string;
  /** Never changed by the store or its user once it was handed over. */
  readonly value: Uint8Array;
}

/** One part of a batch: an entry to write, or with `null` a key to delete. */
export interface StoreChange {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** How far a {@link CriticalStore.load} has come. */
export interface LoadProgress {
  /** Entries answered so far. */
  readonly done: number;
  /** Entries that there are; an estimate if something is written meanwhile. */
  readonly total: number;
}

/** Options of {@link CriticalStore.load}. */
export interface LoadOptions {
  /** Called now and then, and at the end with `done` equal to `total`. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * What it means that a batch was acknowledged: `'relaxed'` it was taken over, and will be on disk soon, `'strict'` it
 * is on disk.
 */
export type Durability = 'relaxed' | 'strict';

/**
 * Where critical data and the journal survive the process. One process at a time uses a store.
 *
 * It opens by itself at the first call. A call that cannot be done rejects with a `CacheError` that says where and why;
 * a later one may work again.
 */
export interface CriticalStore {
  /**
   * What {@link CriticalStore.write} promises when it resolves. Whoever passes that promise on waits for it only if
   * this is `'strict'`.
   *
   * @defaultValue `'relaxed'`
   */
  readonly durability?: Durability | undefined;
  /**
   * Milliseconds for which a user may gather changes before it hands them over, so that what changes often is encoded
   * once; what the store promises of the time until they are on disk allows for it.
   *
   * @defaultValue `0`, hand over in the same turn
   */
  readonly gatherFor?: number | undefined;
  /**
   * Everything that was written before the call, in no order. What is written meanwhile may be in it or not. Others get
   * their turn every few milliseconds, however much there is.
   */
  load(options?: LoadOptions): AsyncIterable<StoredEntry>;
  /**
   * Writes and deletes in one transaction: all of it or nothing is there after a crash. Later batches win, and none is
   * there without those before it. If a key is named twice, the last one counts.
   */
  write(changes: readonly StoreChange[]): Promise<void>;
  /** Deletes a batch in one transaction, as {@link CriticalStore.write} with nothing but `null`. */
  delete(keys: readonly string[]): Promise<void>;
  /** Deletes everything, what was written before included, and makes `changes` in the same transaction. */
  clear(changes?: readonly StoreChange[]): Promise<void>;
  /**
   * As {@link CriticalStore.write}, or with `clear` as {@link CriticalStore.clear}; the draft is the store's from the
   * call on. For a store that can make bytes of it elsewhere than in the thread of the caller: one without it gets what
   * `changesOf` makes of the draft.
   */
  writeDraft?(draft: Draft, clear: boolean): Promise<void>;
  /**
   * Has everything acknowledged on disk; rejects if the disk does not take it. A store without it has on disk what it
   * acknowledged.
   */
  flush?(): Promise<void>;
  /** Has everything acknowledged on disk, and lets go of it. Idempotent; a later call opens the store again. */
  close(): Promise<void>;
}
