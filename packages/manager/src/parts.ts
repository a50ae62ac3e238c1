import {
  type CacheBackend,
  type Clock,
  type Logger,
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
import type { ManagerEvents } from './events.js';
import { type FailoverCacheOptions, readSettings } from './failover-options.js';
import { FallbackServer } from './fallback-server.js';
import { Mirror } from './mirror/mirror.js';
import { OutageLog } from './outage-log.js';
import { Persistence } from './persistence/persistence.js';
import { Provider } from './provider.js';
import { RecordEnds } from './record-ends.js';
import { Recovery } from './recovery.js';
import { Router } from './router.js';
import { StampedDeletions } from './stamped-deletions.js';

/** What the parts ask of the cache that they are parts of, and tell it. */
export interface PartsHooks {
  readonly tracer: CommandTracer;
  readonly emit: <E extends keyof ManagerEvents>(event: E, payload: ManagerEvents[E]) => void;
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
  readonly provider: Provider;
  readonly outages: OutageLog;
}

/**
 * Makes the parts and connects them.
 *
 * @throws ConfigurationError naming the option and its value.
 */
export function assemble(options: FailoverCacheOptions, { tracer, emit }: PartsHooks): Parts {
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
      onLoaded: () => provider.takeUp(),
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
    onSplit: (command, parts) => tracer.split(command, parts),
    onServing: (command, fate) => tracer.serving(command, fate),
    onServed: (command, reply) => {
      outages.count(command, reply);
      if (provider.state === 'primary' && journal.size > 0) recovery.start();
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
    state: () => provider.state,
    onStart: (pending) => emit('sync:start', { pending }),
    onComplete: (stats) => emit('sync:complete', stats),
    onDrained: () => provider.signal('drained'),
  });
  const provider: Provider = new Provider({
    primary,
    health,
    journal,
    engine,
    mirror,
    router,
    recovery,
    outages,
    ends,
    logger,
    onFailover: (failover) => emit('failover', failover),
    onRecovery: (over) => emit('recovery', over),
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
    provider,
    outages,
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
