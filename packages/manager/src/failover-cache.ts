import {
  type BackendStatus,
  type CacheBackend,
  CacheError,
  type CacheMetrics,
  type CacheProvider,
  CacheUnavailableError,
  type CacheValue,
  type Change,
  type ChangeOutcome,
  type Clock,
  type Command,
  CommandFront,
  type CommandName,
  Emitter,
  type HealthStatus,
  integerOption,
  type KeyState,
  type Listener,
  type Logger,
  optionsObject,
  type Reply,
  type SyncStats,
  silentLogger,
  systemClock,
} from '@cachefb/core';
import { HealthMonitor } from '@cachefb/health';
import {
  compilePolicies,
  Journal,
  type JournalRecord,
  mirroredPatterns,
  type PlannedChange,
  type PolicyLookup,
  type SettledResult,
  SyncEngine,
} from '@cachefb/sync';
import { CommandTracer, isTraced } from './command-channel.js';
import { type FailoverReason, type ManagerEvents, publish } from './events.js';
import type { FailoverCacheOptions, SyncOptions } from './failover-options.js';
import { FallbackServer } from './fallback-server.js';
import { GetOrSet, type GetOrSetOptions } from './get-or-set.js';
import { Mirror } from './mirror.js';
import { OutageLog } from './outage-log.js';
import { nextState, type ProviderSignal, type ProviderState } from './provider-state.js';
import { RESEED_WINDOW, Recovery } from './recovery.js';
import { Router, type RoutingMode } from './router.js';
import { StampedDeletions } from './stamped-deletions.js';

const MODES: Readonly<Record<ProviderState, RoutingMode>> = {
  starting: 'memory',
  primary: 'primary',
  fallback: 'memory',
  recovering: 'primary',
  held: 'memory',
  closed: 'memory',
};

/**
 * One cache over two backends: the primary answers while it is well, the fallback while it is not, and what changed
 * meanwhile is brought back. Knows backends only by their port.
 */
export class FailoverCache extends CommandFront implements CacheBackend {
  readonly #primary: CacheBackend;
  readonly #fallback: CacheBackend;
  readonly #health: HealthMonitor;
  readonly #journal: Journal;
  readonly #engine: SyncEngine;
  readonly #mirror: Mirror;
  readonly #router: Router;
  readonly #deletions: StampedDeletions;
  readonly #recovery: Recovery;
  readonly #outages: OutageLog;
  readonly #loading: GetOrSet;
  readonly #tracer = new CommandTracer(this);
  readonly #policies: PolicyLookup;
  readonly #patterns: readonly string[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #events: Emitter<ManagerEvents>;
  readonly #undo: (() => void)[] = [];
  #state: ProviderState = 'starting';
  #initializing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #lastError: Error | undefined;

  constructor(options: FailoverCacheOptions) {
    super();
    const timeout = integerOption('failoverTimeout', options.failoverTimeout, 5000, { min: 1 });
    this.#primary = options.primary;
    this.#fallback = options.fallback;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#events = new Emitter((error) => {
      this.#logger.error('a listener of the cache threw', { error });
    });
    const compiled = compilePolicies(options);
    const enabled = options.sync?.enabled ?? true;
    this.#policies = enabled ? compiled : (key) => ({ ...compiled(key), onRecovery: 'ignore' });
    this.#patterns = mirroredPatterns(options);
    this.#health =
      options.health ??
      new HealthMonitor({
        probe: () => this.#primary.ping(),
        healthCheckInterval: options.healthCheckInterval,
        timeout,
        clock: this.#clock,
      });
    this.#journal = this.#createJournal(options.sync ?? {});
    this.#engine = new SyncEngine({
      journal: this.#journal,
      backend: this.#primary,
      clock: this.#clock,
      batchSize: integerOption('syncBatchSize', options.sync?.batchSize, 100, { min: 1 }),
      retryAttempts: integerOption('syncRetryAttempts', options.sync?.retryAttempts, 3, { min: 1 }),
      onSettled: (record, result) => this.#settled(record, result),
    });
    this.#mirror = new Mirror({
      primary: this.#primary,
      fallback: this.#fallback,
      policies: this.#policies,
      clock: this.#clock,
      limit: integerOption('mirrorLimit', options.mirrorLimit, 10_000, { min: 1 }),
      isOwned: (key) => this.#journal.has(key),
    });
    this.#deletions = new StampedDeletions(this.#primary, this.#policies, this.#clock);
    this.#router = this.#createRouter(timeout);
    this.#recovery = this.#createRecovery();
    this.#outages = new OutageLog(this.#logger, this.#clock, () => this.#engine.stats);
    this.#loading = new GetOrSet(this, this.#clock);
    this.#listen();
  }

  /**
   * Connects, and decides who answers: Redis if one probe succeeded, else memory. Resolves within `failoverTimeout`;
   * never rejects because Redis is away. A second call answers the first one's promise.
   */
  initialize(): Promise<void> {
    if (this.#state === 'closed') return Promise.reject(closed());
    this.#initializing ??= this.#initialize();
    return this.#initializing;
  }

  /** Who answers commands now. */
  getCurrentProvider(): CacheProvider {
    return this.#state === 'primary' ? 'redis' : 'memory';
  }

  /** How the connection to Redis fares. */
  getHealthStatus(): HealthStatus {
    const status = this.#health.status;
    const error = status.lastError ?? this.#lastError;
    return {
      provider: this.getCurrentProvider(),
      isHealthy: status.isHealthy,
      lastCheck: status.lastCheck,
      consecutiveFailures: status.consecutiveFailures,
      responseTime: status.responseTime,
      ...(error && { lastError: error.message }),
    };
  }

  /**
   * The counters of the cache in memory.
   *
   * @throws CacheError (`NO_METRICS`) if the fallback keeps none.
   */
  getMemoryCacheMetrics(): CacheMetrics {
    const metrics = this.#fallback.getMetrics?.();
    if (metrics === undefined) throw new CacheError('NO_METRICS', 'the fallback has no metrics');
    return metrics;
  }

  /** What the synchronisation did so far, and what waits. */
  getSyncStats(): SyncStats {
    return this.#engine.stats;
  }

  /** What a recovery would do now, key by key. */
  planSync(): PlannedChange[] {
    return this.#engine.plan();
  }

  /** The state of the connection in a word, as the client under it has it. */
  get connectionStatus(): string {
    return this.#primary.connectionStatus ?? (this.#health.status.isHealthy ? 'ready' : 'end');
  }

  /** Memory answers from now on, until {@link FailoverCache.switchToRedis}. */
  switchToMemoryCache(): void {
    this.#requireOpen();
    this.#signal('hold');
  }

  /**
   * Has Redis answer again, after one good probe. `true` once everything is brought back and the provider is `'redis'`;
   * `false` if Redis is not there, or fails meanwhile.
   */
  async switchToRedis(): Promise<boolean> {
    this.#requireOpen();
    if (!(await this.#health.probeNow())) return false;
    this.#health.markUp();
    if (this.#state === 'held') this.#signal('release');
    while (this.#recovery.underWay !== undefined) await this.#recovery.underWay;
    return this.getCurrentProvider() === 'redis';
  }

  /** The value at `key`, or what `loader` answers, stored: one call of the loader a key at a time. */
  getOrSet<T extends CacheValue>(
    key: string,
    loader: () => T | Promise<T>,
    options?: GetOrSetOptions,
  ): Promise<T> {
    return this.#loading.get(key, loader, options);
  }

  /** Subscribes; answers how to undo it. */
  on<E extends keyof ManagerEvents>(event: E, listener: Listener<ManagerEvents[E]>): () => void {
    return this.#events.on(event, listener);
  }

  /** Subscribes for one event; answers how to undo it. */
  once<E extends keyof ManagerEvents>(event: E, listener: Listener<ManagerEvents[E]>): () => void {
    return this.#events.once(event, listener);
  }

  /** Ends a subscription. */
  off<E extends keyof ManagerEvents>(event: E, listener: Listener<ManagerEvents[E]>): void {
    this.#events.off(event, listener);
  }

  /**
   * Ends everything: no timer or socket is left. During an outage the log says how many records stay behind; with
   * `drainTimeout` it waits that long, milliseconds, for a recovery to bring them back. Idempotent.
   */
  disconnect(options: { readonly drainTimeout?: number } = {}): Promise<void> {
    const { drainTimeout } = optionsObject<{ drainTimeout: number }>('disconnect', options, [
      'drainTimeout',
    ]);
    const wait = integerOption('disconnect.drainTimeout', drainTimeout, 0);
    this.#closing ??= this.#disconnect(wait);
    return this.#closing;
  }

  /** {@link FailoverCache.disconnect}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }

  override execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    if (this.#state === 'starting' || this.#state === 'closed') {
      return Promise.reject(this.#state === 'closed' ? closed() : notInitialized());
    }
    const router = this.#router;
    return (
      isTraced()
        ? this.#tracer.run(command as Command, (traced) => router.execute(traced))
        : router.execute(command as Command)
    ) as Promise<Reply<N>>;
  }

  /** {@link FailoverCache.initialize}, as a backend of another manager. */
  connect(): Promise<void> {
    return this.initialize();
  }

  /** Always there: one of the two answers. */
  ping(): Promise<BackendStatus> {
    try {
      this.#requireOpen();
      return Promise.resolve({ writable: true });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The state of each key, from whom it belongs to. */
  async read(keys: readonly string[]): Promise<KeyState[]> {
    this.#requireOpen();
    const local = this.#router.mode === 'memory';
    const states = await this.#fallback.read(keys);
    if (local) return states;
    try {
      const remote = await this.#primary.read(keys);
      return keys.map(
        (key, index) => (this.#journal.has(key) ? states : remote)[index] as KeyState,
      );
    } catch (error) {
      if (!(error instanceof CacheUnavailableError)) throw error;
      this.#health.failed(error);
      return states;
    }
  }

  /** Applies changes to the primary. Rejects with a `CacheUnavailableError` while that is away. */
  apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    if (this.#state !== 'primary') {
      return Promise.reject(new CacheUnavailableError('changes are applied to Redis only'));
    }
    return this.#primary.apply(changes);
  }

  protected override async *scanKeys(pattern: string): AsyncIterableIterator<string> {
    this.#requireOpen();
    yield* this.#router.scan(pattern);
  }

  #createJournal(sync: SyncOptions): Journal {
    return new Journal({
      policies: this.#policies,
      clock: this.#clock,
      maxPendingRecords: integerOption('maxPendingRecords', sync.maxPendingRecords, 100_000, {
        min: 1,
      }),
      maxPendingAge: integerOption('maxPendingAge', sync.maxPendingAge, 86_400_000, { min: 1 }),
      onReleased: (key, record) => this.#released(key, record),
      onDropped: (record, reason) => this.#dropped(record, reason),
    });
  }

  #createRouter(timeout: number): Router {
    const server = new FallbackServer({
      primary: this.#primary,
      fallback: this.#fallback,
      journal: this.#journal,
      mirror: this.#mirror,
      policies: this.#policies,
      clock: this.#clock,
      isReadable: () => this.#router.mode === 'readable',
      onAmbiguous: () => this.#engine.count('ambiguous'),
    });
    return new Router({
      primary: this.#primary,
      fallback: this.#fallback,
      health: this.#health,
      journal: this.#journal,
      mirror: this.#mirror,
      server,
      clock: this.#clock,
      timeout,
      mirrors: this.#patterns.length > 0,
      instead: (command, onDeleted) => this.#deletions.instead(command, onDeleted),
      onSplit: (command, parts) => this.#tracer.split(command, parts),
      onServing: (command) => this.#tracer.serving(command),
      onServed: (command, reply) => {
        this.#outages.count(command, reply);
        if (this.#state === 'primary' && this.#journal.size > 0) this.#recovery.start();
      },
    });
  }

  #createRecovery(): Recovery {
    return new Recovery({
      primary: this.#primary,
      fallback: this.#fallback,
      health: this.#health,
      journal: this.#journal,
      engine: this.#engine,
      mirror: this.#mirror,
      router: this.#router,
      clock: this.#clock,
      logger: this.#logger,
      state: () => this.#state,
      onStart: (pending) => this.#emit('sync:start', { pending }),
      onComplete: (stats) => this.#emit('sync:complete', stats),
      onDrained: () => this.#signal('drained'),
    });
  }

  #listen(): void {
    this.#primary.onLost?.(() => {
      // Nobody may be calling just now: whether Redis is away is not left for the next caller to find out.
      if (this.#recovery.isPossible) void this.#health.probeNow();
    });
    this.#undo.push(
      this.#health.on('down', ({ error }) => {
        this.#lastError = error;
        this.#signal('down');
      }),
      this.#health.on('unreadable', ({ error }) => this.#unreadable(error)),
      this.#health.on('up', () => this.#signal('up')),
      this.#health.on('probe', ({ status }) => {
        if (status?.uptime !== undefined) this.#deletions.until(RESEED_WINDOW - status.uptime);
        this.#emit('health', this.getHealthStatus());
      }),
      this.#engine.on('progress', (progress) => this.#emit('sync:progress', progress)),
      this.#engine.on('conflict', (conflict) => this.#emit('conflict', conflict)),
      this.#engine.on('error', ({ error }) => {
        this.#logger.debug('an attempt to bring records back failed', { error: String(error) });
        if (error instanceof CacheUnavailableError) this.#health.failed(error);
      }),
    );
  }

  async #initialize(): Promise<void> {
    this.#mirror.track(this.#patterns);
    const [verdict] = await Promise.all([this.#health.start(), this.#connectFallback()]);
    if (this.#state !== 'starting') return;
    this.#lastError = this.#health.status.lastError;
    this.#signal(verdict);
  }

  /** A fallback that is not there is no reason not to begin: the primary may be. */
  async #connectFallback(): Promise<void> {
    try {
      await this.#fallback.connect();
    } catch (error) {
      this.#logger.error('the fallback is not available', { error: String(error) });
    }
  }

  /** The one place where the state changes: the table decides, effects follow. */
  #signal(signal: ProviderSignal): void {
    const from = this.#state;
    const to = nextState(from, signal);
    if (to === from) return;
    this.#state = to;
    const partial = to === 'fallback' && this.#health.status.readable;
    this.#router.mode = partial ? 'readable' : MODES[to];
    switch (to) {
      case 'primary':
        if (from === 'recovering') this.#recovered();
        else this.#logger.info('Redis answers');
        break;
      case 'fallback':
      case 'held':
        this.#failedOver(from, to, partial);
        break;
      case 'recovering':
        this.#recovery.begin();
        break;
    }
  }

  #failedOver(from: ProviderState, to: 'fallback' | 'held', partial: boolean): void {
    // While reads work, others' changes go on being followed.
    if (!partial) this.#mirror.pause();
    this.#engine.stop();
    this.#journal.wakeAll();
    if (to === 'held') this.#router.settle();
    if (to === 'fallback' && !partial) this.#primary.abandon?.();
    const error = to === 'held' ? undefined : this.#lastError;
    const failover = this.#outages.begin(reasonOf(from, to, partial), error);
    if (failover !== undefined) this.#emit('failover', failover);
  }

  /** An outage of writes has become one of everything: what is under way is given up, and nothing more is asked. */
  #unreadable(error: Error): void {
    this.#lastError = error;
    if (this.#router.mode !== 'readable') return;
    this.#router.mode = 'memory';
    this.#mirror.pause();
    this.#primary.abandon?.();
    this.#logger.debug('Redis does not answer reads any more', { error: error.message });
  }

  #recovered(): void {
    const recovery = this.#outages.end();
    if (recovery === undefined) return;
    if (recovery.dropped > 0) void this.#purge();
    this.#emit('recovery', recovery);
  }

  #settled(record: JournalRecord, { outcome, current }: SettledResult): void {
    if (outcome === 'remote' && current !== undefined && record.policy.mirror) {
      this.#mirror.replace(record.key, current);
    }
  }

  /** Redis owns the key again: what is not mirrored leaves memory, lest the next outage serve it. */
  #released(key: string, record: JournalRecord): void {
    this.#fallback.unpin?.(key);
    if (!this.#recovery.isPossible) return;
    if (record.policy.mirror) this.#mirror.refresh(key);
    else this.#fallback.del(key).catch(() => {});
  }

  #dropped(record: JournalRecord, reason: 'full' | 'age'): void {
    this.#engine.count('dropped');
    this.#outages.dropped(record, reason);
  }

  /** Removes what is left in memory of keys whose records were given up. */
  async #purge(): Promise<void> {
    for await (const key of this.#fallback.scan()) {
      if (!this.#mirror.has(key) && !this.#journal.has(key)) await this.#fallback.del(key);
    }
  }

  async #disconnect(drainTimeout: number): Promise<void> {
    if (drainTimeout > 0) await this.#drained(drainTimeout);
    const pending = this.#journal.size;
    const wasOpen = this.#initializing !== undefined;
    this.#signal('close');
    this.#health.stop();
    this.#engine.stop();
    this.#journal.wakeAll();
    this.#mirror.pause();
    for (const undo of this.#undo) undo();
    // What is on its way gets its answer; the backend's deadline bounds the wait.
    await this.#router.idle();
    if (pending > 0) this.#logger.warn('disconnecting with records left behind', { pending });
    else if (wasOpen) this.#logger.debug('disconnected');
    await Promise.allSettled([this.#primary.disconnect(), this.#fallback.disconnect()]);
  }

  /** Waits until nothing is left to bring back, for so long at most. */
  #drained(ms: number): Promise<void> {
    if (this.#journal.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, done);
      const undo = this.on('recovery', done);
      const clock = this.#clock;
      function done(): void {
        clock.clear(timer);
        undo();
        resolve();
      }
    });
  }

  #requireOpen(): void {
    if (this.#state === 'closed') throw closed();
    if (this.#state === 'starting') throw notInitialized();
  }

  #emit<E extends keyof ManagerEvents>(event: E, payload: ManagerEvents[E]): void {
    publish(event, payload);
    this.#events.emit(event, payload);
  }
}

function reasonOf(from: ProviderState, to: ProviderState, partial: boolean): FailoverReason {
  if (to === 'held') return 'manual';
  if (from === 'starting') return 'unavailable-at-start';
  return partial ? 'writes-refused' : 'unavailable';
}

function notInitialized(): CacheError {
  return new CacheError(
    'NOT_INITIALIZED',
    'the cache is not initialized: await initialize() first',
  );
}

function closed(): CacheError {
  return new CacheError('CLOSED', 'the cache is disconnected');
}
