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
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { Journal, PlannedChange, SyncEngine } from '@cachefb/sync';
import { CommandTracer, isTraced } from './command-channel.js';
import { type FailoverReason, type ManagerEvents, publish } from './events.js';
import type { FailoverCacheOptions } from './failover-options.js';
import { GetOrSet, type GetOrSetOptions } from './get-or-set.js';
import { closed, notInitialized } from './lifecycle-errors.js';
import type { Mirror } from './mirror/mirror.js';
import type { OutageLog } from './outage-log.js';
import { assemble } from './parts.js';
import type { Persistence } from './persistence/persistence.js';
import { nextState, type ProviderSignal, type ProviderState } from './provider-state.js';
import type { RecordEnds } from './record-ends.js';
import { RESEED_WINDOW, type Recovery } from './recovery.js';
import type { Router, RoutingMode } from './router.js';
import type { StampedDeletions } from './stamped-deletions.js';
import { withDeadline } from './with-deadline.js';

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
  readonly #ends: RecordEnds;
  readonly #persistence: Persistence | undefined;
  readonly #outages: OutageLog;
  readonly #loading: GetOrSet;
  readonly #tracer = new CommandTracer(this);
  readonly #patterns: readonly string[];
  readonly #timeout: number;
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
    this.#events = new Emitter((error) => {
      this.#logger.error('a listener of the cache threw', { error });
    });
    const parts = assemble(options, {
      state: () => this.#state,
      tracer: this.#tracer,
      onStart: (pending) => this.#emit('sync:start', { pending }),
      onComplete: (stats) => this.#emit('sync:complete', stats),
      onDrained: () => this.#signal('drained'),
      onLoaded: () => this.#takeUp(),
    });
    this.#primary = options.primary;
    this.#fallback = options.fallback;
    this.#timeout = parts.timeout;
    this.#patterns = parts.patterns;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#health = parts.health;
    this.#journal = parts.journal;
    this.#engine = parts.engine;
    this.#mirror = parts.mirror;
    this.#persistence = parts.persistence;
    this.#deletions = parts.deletions;
    this.#router = parts.router;
    this.#recovery = parts.recovery;
    this.#ends = parts.ends;
    this.#outages = parts.outages;
    this.#loading = new GetOrSet({
      cache: this,
      clock: this.#clock,
      onNotStored: (key, error) =>
        this.#logger.debug('a loaded value was not stored', { key, error: String(error) }),
    });
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
    const persistence = this.#persistence?.metrics;
    return persistence === undefined ? this.#engine.stats : { ...this.#engine.stats, persistence };
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

  /**
   * The value at `key`, or what `loader` answers, stored as JSON: one call of the loader a key at a time. Where the loader
   * fails, the last good value if `staleTtl` allows, else its error.
   *
   * @throws TypeError if the loader answers what JSON cannot hold; ReplyError if the key holds a hash; CacheError
   * (`INVALID_JSON`) if it holds what is not JSON, (`LOAD_TIMEOUT`) if the loader takes longer than `loadTimeout`.
   */
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
    if (this.#loading.isActive) this.#loading.changing(command as Command);
    return (
      isTraced() ? this.#trace(command as Command) : this.#run(command as Command)
    ) as Promise<Reply<N>>;
  }

  #trace(command: Command): Promise<Reply> {
    return this.#tracer.run(command, (traced) => this.#run(traced));
  }

  // Each way that needs closures is a method of its own: a function that has some allocates for them in any case.
  #run(command: Command): Promise<Reply> {
    return this.#persistence === undefined
      ? this.#router.execute(command)
      : this.#runDurably(this.#persistence, command);
  }

  #runDurably(persistence: Persistence, command: Command): Promise<Reply> {
    const before = persistence.before(command, () => this.#router.mode === 'primary');
    const run = () =>
      command.name === 'flushall'
        ? persistence.aroundFlush(() => this.#router.execute(command))
        : this.#router.execute(command);
    return before === undefined ? run() : before.then(run);
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

  #listen(): void {
    this.#primary.onLost?.(() => {
      if (!this.#recovery.isPossible) return;
      this.#recovery.doubt();
      // Nobody may be calling just now: whether Redis is away is not left for the next caller to find out.
      void this.#health.probeNow();
    });
    this.#undo.push(
      this.#health.on('unreadable', ({ error }) => this.#unreadable(error)),
      this.#health.on('probe', ({ status }) => {
        if (status?.uptime !== undefined) this.#deletions.until(RESEED_WINDOW - status.uptime);
        this.#emit('health', this.getHealthStatus());
      }),
      this.#engine.on('progress', (progress) => this.#emit('sync:progress', progress)),
      this.#engine.on('refused', ({ key, error }) => this.#outages.refused(key, error)),
      this.#engine.on('conflict', (conflict) => this.#emit('conflict', conflict)),
      this.#engine.on('error', ({ error }) => {
        this.#logger.debug('an attempt to bring records back failed', { error: String(error) });
        if (error instanceof CacheUnavailableError) this.#health.failed(error);
      }),
    );
  }

  async #initialize(): Promise<void> {
    this.#mirror.track(this.#patterns);
    const memory = this.#connectFallback().then(() => this.#persistence?.load());
    const ready = withDeadline(memory, this.#timeout, this.#clock).catch(() => {
      this.#logger.warn('the start does not wait any longer for memory or its store');
    });
    await Promise.all([this.#health.start(), ready]);
    if (this.#state !== 'starting') return;
    this.#lastError = this.#health.status.lastError;
    // Not before: what an earlier process left has to be here when Redis is first asked.
    this.#undo.push(
      this.#health.on('down', ({ error }) => {
        this.#lastError = error;
        this.#signal('down');
      }),
      this.#health.on('up', () => this.#signal('up')),
    );
    this.#signal(this.#health.verdict);
    this.#takeUp();
  }

  /** What an earlier process left is here: Redis gets what it lacks, and says what has become of copies. */
  #takeUp(): void {
    if (this.#state === 'starting' || this.#state === 'closed') return;
    this.#mirror.verify();
    if (this.#state === 'primary' && this.#journal.size > 0) this.#recovery.start();
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
    else if (this.#mirror.isPaused) this.#mirror.resume();
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
    if (recovery.dropped > 0) void this.#ends.purge();
    this.#emit('recovery', recovery);
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
    await this.#persistence?.stop();
    if (pending > 0) this.#logger.warn('disconnecting with records left behind', { pending });
    else if (wasOpen) this.#logger.debug('disconnected');
    await Promise.allSettled([this.#primary.disconnect(), this.#fallback.disconnect()]);
  }

  /** Waits until nothing is left to bring back, for so long at most. */
  #drained(ms: number): Promise<void> {
    if (this.#journal.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(ms, done);
      // No other timer does: a process that has closed its server would end before it has brought anything back.
      const alive = setInterval(() => {}, 60_000);
      const undo = this.on('recovery', done);
      const clock = this.#clock;
      function done(): void {
        clearInterval(alive);
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
