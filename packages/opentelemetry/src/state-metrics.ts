import type { CacheMetrics, SyncStats } from '@cachefb/core';
import type { Attributes, Meter } from '@opentelemetry/api';
import { PROVIDER } from './conventions.js';
import type { ObservedCache } from './observed-cache.js';

const PROVIDERS = ['redis', 'memory'] as const;
const OUTCOMES = {
  applied: 'totalSynced',
  invalidated: 'invalidated',
  expired: 'expired',
  dropped: 'dropped',
  ambiguous: 'ambiguous',
  conflict: 'conflicts',
} as const satisfies Record<string, keyof SyncStats>;

/** How a manager fares, read whenever metrics are collected; and its outages, as they happen. Answers how to end that. */
export function stateMetrics(
  meter: Meter,
  cache: ObservedCache,
  attributes: Attributes,
): () => void {
  const undo = [observeState(meter, cache, attributes), countOutages(meter, cache, attributes)];
  return () => {
    for (const step of undo) step();
  };
}

function observeState(meter: Meter, cache: ObservedCache, attributes: Attributes): () => void {
  const level = (name: string, unit: string, description: string) =>
    meter.createObservableUpDownCounter(name, { unit, description });
  const total = (name: string, unit: string, description: string) =>
    meter.createObservableCounter(name, { unit, description });

  const provider = level(
    'cachefb.provider.status',
    '1',
    'Who answers commands: 1, or 0 for the other.',
  );
  const failures = level('cachefb.health.failures', '{failure}', 'Failures of Redis in a row.');
  const probe = meter.createObservableGauge('cachefb.health.probe.duration', {
    unit: 's',
    description: 'Duration of the last successful probe.',
  });
  const pending = level(
    'cachefb.sync.pending',
    '{record}',
    'Records that wait to be brought back.',
  );
  const records = total('cachefb.sync.records', '{record}', 'What became of records, by outcome.');
  const errors = total(
    'cachefb.sync.errors',
    '{attempt}',
    'Attempts to bring records back that failed.',
  );
  const entries = level('cachefb.memory.entries', '{entry}', 'Entries in memory.');
  const size = level('cachefb.memory.size', 'By', 'Estimated size of the entries in memory.');
  const reads = total('cachefb.memory.reads', '{read}', 'Reads of memory, by result.');
  const evictions = total(
    'cachefb.memory.evictions',
    '{entry}',
    'Entries that left a full memory.',
  );

  const instruments = [
    ...[provider, failures, probe, pending, records, errors],
    ...[entries, size, reads, evictions],
  ];
  const read = (result: Parameters<Parameters<Meter['addBatchObservableCallback']>[0]>[0]) => {
    const health = cache.getHealthStatus();
    for (const name of PROVIDERS) {
      const current = Number(health.provider === name);
      result.observe(provider, current, { ...attributes, [PROVIDER]: name });
    }
    result.observe(failures, health.consecutiveFailures, attributes);
    result.observe(probe, health.responseTime / 1000, attributes);

    const sync = cache.getSyncStats();
    result.observe(pending, sync.pending, attributes);
    result.observe(errors, sync.syncErrors, attributes);
    for (const [outcome, figure] of Object.entries(OUTCOMES)) {
      result.observe(records, sync[figure], { ...attributes, 'cachefb.sync.outcome': outcome });
    }

    const memory = memoryOf(cache);
    if (memory === undefined) return;
    result.observe(entries, memory.itemCount, attributes);
    result.observe(size, memory.memoryUsage, attributes);
    result.observe(evictions, memory.evictions, attributes);
    result.observe(reads, memory.hits, { ...attributes, 'cachefb.memory.result': 'hit' });
    result.observe(reads, memory.misses, { ...attributes, 'cachefb.memory.result': 'miss' });
  };
  meter.addBatchObservableCallback(read, instruments);
  return () => meter.removeBatchObservableCallback(read, instruments);
}

function countOutages(meter: Meter, cache: ObservedCache, attributes: Attributes): () => void {
  const failovers = meter.createCounter('cachefb.failovers', {
    unit: '{failover}',
    description: 'Times that memory took over.',
  });
  const outages = meter.createHistogram('cachefb.outage.duration', {
    unit: 's',
    description: 'How long memory answered, of outages that are over.',
    advice: {
      explicitBucketBoundaries: [
        1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400,
      ],
    },
  });
  const undo = [
    cache.on('failover', ({ reason }) =>
      failovers.add(1, { ...attributes, 'cachefb.failover.reason': reason }),
    ),
    cache.on('recovery', ({ downtime }) => outages.record(downtime / 1000, attributes)),
  ];
  return () => {
    for (const step of undo) step();
  };
}

function memoryOf(cache: ObservedCache): CacheMetrics | undefined {
  try {
    return cache.getMemoryCacheMetrics();
  } catch {
    return undefined;
  }
}
