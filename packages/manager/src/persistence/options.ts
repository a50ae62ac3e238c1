import type { CacheBackend, Clock, CriticalStore, LoadProgress, Logger } from '@cachefb/core';
import type { Journal, PolicyLookup } from '@cachefb/sync';
import type { Mirror } from '../mirror/mirror.js';

/** What a `Persistence` works with. */
export interface PersistenceOptions {
  readonly store: CriticalStore;
  readonly primary: CacheBackend;
  readonly fallback: CacheBackend;
  readonly journal: Journal;
  readonly mirror: Mirror;
  readonly policies: PolicyLookup;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The longest a command waits for the store, milliseconds. */
  readonly timeout: number;
  readonly onLoadProgress: ((progress: LoadProgress) => void) | undefined;
  /** Told how many changes an earlier process left that cannot be brought back any more. */
  readonly onDropped: (changes: number) => void;
  /** Told when what an earlier process left is here. */
  readonly onLoaded: () => void;
}
