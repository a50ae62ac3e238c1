import type { CacheMetrics, PersistenceMetrics } from '@cachefb/core';

/** What `InMemoryCache.getMetrics` answers: counters since the start or the last reset, and how things stand now. */
export interface MemoryMetrics extends CacheMetrics {
  /** The name of the eviction policy. */
  readonly evictionPolicy: string;
  /** Figures of the policy's own; none for most. */
  readonly policyCounters: Readonly<Record<string, number>>;
  /** How persistence fares; `undefined` without `persistCriticalData`. */
  readonly persistence: PersistenceMetrics | undefined;
}
