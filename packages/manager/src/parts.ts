import {
  type CacheBackend,
  type Clock,
  type Logger,
  type SyncStats,
  silentLogger,
  systemClock,
} from '@cachefb/core';
import { HealthMonitor } from '@cachefb/health';
import {
  compilePolicies,
  Journal,
  mirroredPatterns,
  type PolicyLookup,
  SyncEngine,
} from '@cachefb/sync';
import type { CommandTracer } from './command-channel.js';
import { type FailoverCacheOptions, readSettings } from './failover-options.js';
import { FallbackServer } from './fallback-server.js';
import { Mirror } from './mirror/mirror.js';
import { OutageLog } from './outage-log.js';
import { Persistence } from './persistence/persistence.js';
import type { ProviderState } from './provider-state.js';
import { RecordEnds } from './record-ends.js';
import { Recovery } from './recovery.js';
import { Router } from './router.js';
import { StampedDeletions } from './stamped-deletions.js';

/** What the parts ask of the cache that they are parts of, and tell it. */
export interface PartsHooks {
  readonly state: () => ProviderState;
  readonly tracer: CommandTracer;
  /** Records are about to be brought back after an outage. */
  readonly onStart: (pending: number) => void;
  /** They all are. */
  readonly onComplete: (stats: SyncStats) => void;
  /** Nothing is left that belongs to memory. */
  readonly onDrained: () => void;
  /** What an earlier process left is here. */
  readonly onLoaded: () => void;
}

/** The parts of a `FailoverCache`. */
export interface Parts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The longest a caller waits, milliseconds. */
  readonly timeout: number;
  /** Of keys that are mirrored. */
  readonly patterns: readonly string[];
  readonly health: HealthMonitor;
  readonly journal: Journal;
  readonly engine: SyncEngine;
  readonly mirror: Mirror;
  readonly persistence: Persistence | undefined;
  readonly deletions: StampedDeletions;
  readonly router: Router;
  readonly recovery: Recovery;
  readonly outages: OutageLog;
  readonly ends: RecordEnds;
}

/**
 * Makes the parts and connects them.
 *
 * @throws ConfigurationError naming the option and its value.
 */
export function assemble(options: FailoverCacheOptions, hooks: PartsHooks): Parts {
  const settings = readSettings(options);
  const { primary, fallback } = options;
  const { timeout } = settings;
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const policies = policiesOf(options);
  const patterns = mirroredPatterns(options);
  const health =
    options.health ?? createHealth(primary, options.healthCheckInterval, timeout, clock);
  const journal = new Journal({
    policies,
    clock,
    maxPendingRecords: settings.maxPendingRecords,
    maxPendingAge: settings.maxPendingAge,
    onReleased: (key, record) => ends.released(key, record),
    onDropped: (record, reason) => {
      engine.count('dropped');
      outages.dropped(record, reason);
    },
  });
  const mirror = new Mirror({
    primary,
    fallback,
    policies,
    clock,
    limit: settings.mirrorLimit,
    isOwned: (key) => journal.has(key),
    onLate: (key, happening) => journal.doubt(key, happening),
  });
  const ends = new RecordEnds({
    fallback,
    journal,
    mirror,
    isPossible: () => recovery.isPossible,
  });
  const { store, onLoadProgress } = options;
  const persistence =
    store &&
    new Persistence({
      store,
      primary,
      fallback,
      journal,
      mirror,
      policies,
      clock,
      logger,
      timeout,
      onLoadProgress,
      onDropped: (changes) => engine.count('dropped', changes),
      onLoaded: hooks.onLoaded,
    });
  const engine = new SyncEngine({
    journal,
    backend: primary,
    clock,
    batchSize: settings.batchSize,
    retryAttempts: settings.retryAttempts,
    onSettled: (record, result) => ends.settled(record, result),
    confirm: persistence && ((ids) => persistence.confirm(ids)),
  });
  const outages = new OutageLog(logger, clock, () => engine.stats);
  const deletions = new StampedDeletions(primary, policies, clock);
  const server = new FallbackServer({
    primary,
    fallback,
    journal,
    mirror,
    policies,
    clock,
    isReadable: () => router.mode === 'readable',
    onAmbiguous: () => engine.count('ambiguous'),
  });
  const router: Router = new Router({
    primary,
    fallback,
    health,
    journal,
    mirror,
    server,
    clock,
    timeout,
    mirrors: patterns.length > 0,
    persistence,
    deletions,
    onSplit: (command, parts) => hooks.tracer.split(command, parts),
    onServing: (command, fate) => hooks.tracer.serving(command, fate),
    onServed: (command, reply) => {
      outages.count(command, reply);
      if (hooks.state() === 'primary' && journal.size > 0) recovery.start();
    },
  });
  const recovery: Recovery = new Recovery({
    primary,
    fallback,
    health,
    journal,
    engine,
    mirror,
    router,
    persistence,
    clock,
    logger,
    ...hooks,
  });
  return {
    clock,
    logger,
    timeout,
    patterns,
    health,
    journal,
    engine,
    mirror,
    persistence,
    deletions,
    router,
    recovery,
    outages,
    ends,
  };
}

function policiesOf(options: FailoverCacheOptions): PolicyLookup {
  const compiled = compilePolicies(options);
  const enabled = options.sync?.enabled ?? true;
  return enabled ? compiled : (key) => ({ ...compiled(key), onRecovery: 'ignore' });
}

function createHealth(
  primary: CacheBackend,
  healthCheckInterval: number | undefined,
  timeout: number,
  clock: Clock,
): HealthMonitor {
  return new HealthMonitor({ probe: () => primary.ping(), healthCheckInterval, timeout, clock });
}
