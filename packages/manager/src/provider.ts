import type { CacheBackend, Logger } from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { Journal, SyncEngine } from '@cachefb/sync';
import type { FailoverReason, ManagerEvents } from './events.js';
import type { Mirror } from './mirror/mirror.js';
import type { OutageLog } from './outage-log.js';
import { nextState, type ProviderSignal, type ProviderState } from './provider-state.js';
import type { RecordEnds } from './record-ends.js';
import type { Recovery } from './recovery.js';
import type { Router, RoutingMode } from './router.js';

/** What a {@link Provider} works with. */
export interface ProviderOptions {
  readonly primary: CacheBackend;
  readonly health: HealthMonitor;
  readonly journal: Journal;
  readonly engine: SyncEngine;
  readonly mirror: Mirror;
  readonly router: Router;
  readonly recovery: Recovery;
  readonly outages: OutageLog;
  readonly ends: RecordEnds;
  readonly logger: Logger;
  readonly onFailover: (failover: ManagerEvents['failover']) => void;
  readonly onRecovery: (recovery: ManagerEvents['recovery']) => void;
}

const MODES: Readonly<Record<ProviderState, RoutingMode>> = {
  starting: 'memory',
  primary: 'primary',
  fallback: 'memory',
  recovering: 'primary',
  held: 'memory',
  closed: 'memory',
};

/** Who answers, and what has to happen when somebody else does: the table of states decides, effects follow. */
export class Provider {
  readonly #options: ProviderOptions;
  #state: ProviderState = 'starting';
  /** Why Redis was away, the last time that it was. */
  lastError: Error | undefined;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** Changed by {@link Provider.signal} alone. */
  get state(): ProviderState {
    return this.#state;
  }

  /** Something has happened. */
  signal(signal: ProviderSignal): void {
    const { health, router, recovery, logger } = this.#options;
    const from = this.#state;
    const to = nextState(from, signal);
    if (to === from) return;
    this.#state = to;
    const partial = to === 'fallback' && health.status.readable;
    router.mode = partial ? 'readable' : MODES[to];
    switch (to) {
      case 'primary':
        if (from === 'recovering') this.#recovered();
        else logger.info('Redis answers');
        break;
      case 'fallback':
      case 'held':
        this.#failedOver(from, to, partial);
        break;
      case 'recovering':
        recovery.begin();
        break;
    }
  }

  /** An outage begins, or goes on. */
  down(error: Error): void {
    this.lastError = error;
    this.signal('down');
  }

  /** An outage of writes has become one of everything: what is under way is given up, and nothing more is asked. */
  unreadable(error: Error): void {
    const { primary, router, mirror, logger } = this.#options;
    this.lastError = error;
    if (router.mode !== 'readable') return;
    router.mode = 'memory';
    mirror.pause();
    primary.abandon?.();
    logger.debug('Redis does not answer reads any more', { error: error.message });
  }

  /** The connection was lost. */
  lost(): void {
    const { health, recovery } = this.#options;
    if (!recovery.isPossible) return;
    recovery.doubt();
    // Nobody may be calling just now: whether Redis is away is not left for the next caller to find out.
    void health.probeNow();
  }

  /** What an earlier process left is here: Redis gets what it lacks, and says what has become of copies. */
  takeUp(): void {
    const { mirror, journal, recovery } = this.#options;
    if (this.#state === 'starting' || this.#state === 'closed') return;
    mirror.verify();
    if (this.#state === 'primary' && journal.size > 0) recovery.start();
  }

  #failedOver(from: ProviderState, to: 'fallback' | 'held', partial: boolean): void {
    const { primary, engine, journal, mirror, router, outages, onFailover } = this.#options;
    // While reads work, others' changes go on being followed.
    if (!partial) mirror.pause();
    else if (mirror.isPaused) mirror.resume();
    engine.stop();
    journal.wakeAll();
    if (to === 'held') router.settle();
    if (to === 'fallback' && !partial) primary.abandon?.();
    const error = to === 'held' ? undefined : this.lastError;
    const failover = outages.begin(reasonOf(from, to, partial), error);
    if (failover !== undefined) onFailover(failover);
  }

  #recovered(): void {
    const { outages, ends, onRecovery } = this.#options;
    const recovery = outages.end();
    if (recovery === undefined) return;
    if (recovery.dropped > 0) void ends.purge();
    onRecovery(recovery);
  }
}

function reasonOf(from: ProviderState, to: ProviderState, partial: boolean): FailoverReason {
  if (to === 'held') return 'manual';
  if (from === 'starting') return 'unavailable-at-start';
  return partial ? 'writes-refused' : 'unavailable';
}
