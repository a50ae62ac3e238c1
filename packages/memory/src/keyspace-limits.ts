/** What bounds a `Keyspace`. */
export interface KeyspaceLimits {
  /** Entries. */
  readonly maxSize: number;
  /** Bytes, estimated; `Infinity` for none. */
  readonly maxMemory: number;
  /** Milliseconds that an entry without a TTL of its own lives; 0 for ever. */
  readonly defaultTTL: number;
}

/** Told which entries changed, by whatever it was: a command, expiry, eviction. */
export interface KeyspaceObserver {
  /** The entry of a key came, changed or went, or is asked to be gone. */
  changed(key: string): void;
  /** Every entry went. */
  cleared(): void;
}
