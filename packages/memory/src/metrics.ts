import type { CacheMetrics } from '@cachefb/core';

/** What `InMemoryCache.getMetrics` answers: counters since the start or the last reset, and how things stand now. */
export interface MemoryMetrics extends CacheMetrics {
  /** The name of the eviction policy. */
  readonly evictionPolicy: string;
  /** Figures of the policy's own; none for most. */
  readonly policyCounters: Readonly<Record<string, number>>;
  /** How persistence fares; `undefined` without `persistCriticalData`. */
  readonly persistence: PersistenceMetrics | undefined;
}

/** How the persistence of critical entries fares. */
export interface PersistenceMetrics {
  /** Whether what was stored is loaded. */
  readonly loaded: boolean;
  /** Entries brought back. */
  readonly restored: number;
  /** Entries that did not come back: their time was up, they are damaged, or they do not fit. */
  readonly notRestored: number;
  /** Entries that changed since the store was last told. */
  readonly pending: number;
  /** Calls of the store that failed. */
  readonly failures: number;
  /** Why the store fails now; `undefined` while it works. */
  readonly lastError: unknown;
}
