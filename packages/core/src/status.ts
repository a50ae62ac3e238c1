/** Who answers commands. */
export type CacheProvider = 'redis' | 'memory';

/** How the connection to Redis fares. */
export interface HealthStatus {
  readonly provider: CacheProvider;
  readonly isHealthy: boolean;
  /** When the last probe or failure was seen, epoch milliseconds; 0 before the first. */
  readonly lastCheck: number;
  readonly consecutiveFailures: number;
  /** Of the last successful probe, milliseconds. */
  readonly responseTime: number;
  /** Why it is not, or was last not, healthy. */
  readonly lastError?: string;
}

/** Counters of an in-memory cache since its start or the last reset. */
export interface CacheMetrics {
  readonly hits: number;
  readonly misses: number;
  readonly sets: number;
  readonly deletes: number;
  readonly evictions: number;
  readonly totalOperations: number;
  /** Milliseconds; sampled. */
  readonly averageAccessTime: number;
  /** Bytes, estimated. */
  readonly memoryUsage: number;
  readonly itemCount: number;
  /** Epoch milliseconds; 0 before the first sweep. */
  readonly lastCleanupTime: number;
  /** Hits / (hits + misses); 0 before the first read. */
  readonly hitRatio: number;
  /** Entries that left because their time was up. */
  readonly expirations: number;
  /** Entries that may not be evicted now. */
  readonly pinned: number;
}

/** What the synchronisation did since the start. */
export interface SyncStats {
  /** Records applied to Redis. */
  readonly totalSynced: number;
  /** Attempts that failed. */
  readonly syncErrors: number;
  /** Epoch milliseconds; 0 before the first. */
  readonly lastSyncTime: number;
  readonly syncInProgress: boolean;
  /** Records that wait. */
  readonly pending: number;
  readonly conflicts: number;
  /** Keys removed from Redis because they would have reappeared in an older form. */
  readonly invalidated: number;
  /** Records whose deadline passed before they were applied. */
  readonly expired: number;
  /** Records that a limit took: their values first, then all of them. */
  readonly dropped: number;
  /** Commands and records of which it cannot be known whether they took effect. */
  readonly ambiguous: number;
  /** How the persistence of records and copies fares; there is none without a store. */
  readonly persistence?: PersistenceMetrics | undefined;
}

/** How the persistence of critical entries fares. */
export interface PersistenceMetrics {
  /** Whether what was stored is loaded. */
  readonly loaded: boolean;
  /** Entries that came back. */
  readonly restored: number;
  /** Entries that did not come back: their time was up, they are damaged, or they do not fit. */
  readonly notRestored: number;
  /** Entries of which the store has not taken yet what they have become. */
  readonly pending: number;
  /** Calls of the store that failed. */
  readonly failures: number;
  /** Why the store fails now; `undefined` while it works. */
  readonly lastError: unknown;
}
