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
  /** The entry of a key came or changed, in a slot that stays the entry's own until it goes. */
  changed(key: string, slot: number): void;
  /** The entry of a key went, and left its slot. */
  left(key: string, slot: number): void;
  /** A key is asked to be gone, and has no entry. */
  missed(key: string): void;
  /** Every entry went. */
  cleared(): void;
}
