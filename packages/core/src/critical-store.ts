/** An entry of a {@link CriticalStore}: a name and opaque bytes. */
export interface StoredEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Where critical data and the journal survive the process. */
export interface CriticalStore {
  /** Everything that is stored. */
  load(): AsyncIterable<StoredEntry>;
  /** Writes a batch in one transaction: all of it or nothing. */
  write(entries: readonly StoredEntry[]): Promise<void>;
  /** Deletes a batch in one transaction. */
  delete(keys: readonly string[]): Promise<void>;
  /** Deletes everything. */
  clear(): Promise<void>;
  /** Flushes and closes. Idempotent. */
  close(): Promise<void>;
}
