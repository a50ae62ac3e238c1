import type { CacheMetrics, HealthStatus, SyncStats } from '@cachefb/core';
import type { ObservedCache } from './observed-cache.js';

/** The figures of a manager at one moment. */
interface Sample {
  readonly health: HealthStatus;
  readonly sync: SyncStats;
  /** `undefined` where the fallback keeps none. */
  readonly memory: CacheMetrics | undefined;
}

/** A metric that is read at each scrape. */
export interface SampledMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** The value, in Prometheus's base units; `undefined` for none. */
  readonly read: (sample: Sample) => number | undefined;
}

/** Everything that a manager tells about itself when asked. */
export const SAMPLED: readonly SampledMetric[] = [
  gauge('redis_up', 'Whether Redis is well (1) or not (0).', ({ health }) =>
    Number(health.isHealthy),
  ),
  gauge(
    'health_check_timestamp_seconds',
    'When Redis was last looked at: Unix time of the last probe or failure, 0 before the first.',
    ({ health }) => health.lastCheck / 1000,
  ),
  gauge(
    'health_check_duration_seconds',
    'How long the last successful probe took.',
    ({ health }) => health.responseTime / 1000,
  ),
  gauge(
    'health_check_consecutive_failures',
    'Failures of probes and commands in a row.',
    ({ health }) => health.consecutiveFailures,
  ),

  gauge(
    'sync_pending_records',
    'Records of the journal that wait to be brought back to Redis.',
    ({ sync }) => sync.pending,
  ),
  gauge(
    'sync_in_progress',
    'Whether records are being brought back now (1) or not (0).',
    ({ sync }) => Number(sync.syncInProgress),
  ),
  gauge(
    'sync_last_timestamp_seconds',
    'When records were last brought back: Unix time, 0 before the first.',
    ({ sync }) => sync.lastSyncTime / 1000,
  ),
  counter(
    'sync_applied_records_total',
    'Records applied to Redis.',
    ({ sync }) => sync.totalSynced,
  ),
  counter(
    'sync_invalidated_keys_total',
    'Keys removed from Redis because they would have reappeared in an older form.',
    ({ sync }) => sync.invalidated,
  ),
  counter(
    'sync_expired_records_total',
    'Records whose deadline passed before they were applied.',
    ({ sync }) => sync.expired,
  ),
  counter(
    'sync_dropped_records_total',
    'Records that a limit took: their values first, then all of them.',
    ({ sync }) => sync.dropped,
  ),
  counter(
    'sync_ambiguous_total',
    'Commands and records of which it cannot be known whether they took effect.',
    ({ sync }) => sync.ambiguous,
  ),
  counter(
    'sync_conflicts_total',
    'Changes that somebody else had made in Redis to a key that was changed here too.',
    ({ sync }) => sync.conflicts,
  ),
  counter(
    'sync_errors_total',
    'Attempts to bring records back that failed; they are tried again.',
    ({ sync }) => sync.syncErrors,
  ),

  counter(
    'memory_hits_total',
    'Reads that found an entry in memory.',
    ({ memory }) => memory?.hits,
  ),
  counter(
    'memory_misses_total',
    'Reads that found no entry in memory.',
    ({ memory }) => memory?.misses,
  ),
  counter(
    'memory_evictions_total',
    'Entries that left memory because it was full.',
    ({ memory }) => memory?.evictions,
  ),
  counter(
    'memory_expirations_total',
    'Entries that left memory because their time was up.',
    ({ memory }) => memory?.expirations,
  ),
  gauge('memory_entries', 'Entries in memory.', ({ memory }) => memory?.itemCount),
  gauge(
    'memory_pinned_entries',
    'Entries in memory that may not be evicted, because they wait to be brought back.',
    ({ memory }) => memory?.pinned,
  ),
  gauge(
    'memory_bytes',
    'Estimated size of the entries in memory.',
    ({ memory }) => memory?.memoryUsage,
  ),
];

/** Reads a manager. Never throws: a scrape shows all the other metrics of a process, too. */
export function sample(cache: ObservedCache): Sample {
  return { health: cache.getHealthStatus(), sync: cache.getSyncStats(), memory: memoryOf(cache) };
}

function memoryOf(cache: ObservedCache): CacheMetrics | undefined {
  try {
    return cache.getMemoryCacheMetrics();
  } catch {
    return undefined;
  }
}

function counter(name: string, help: string, read: SampledMetric['read']): SampledMetric {
  return { name: `cachefb_${name}`, help, type: 'counter', read };
}

function gauge(name: string, help: string, read: SampledMetric['read']): SampledMetric {
  return { name: `cachefb_${name}`, help, type: 'gauge', read };
}
