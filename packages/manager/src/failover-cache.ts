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
  type Command,
  CommandFront,
  type CommandName,
  Emitter,
  type HealthStatus,
  integerOption,
  type KeyState,
  type Listener,
  optionsObject,
  type Reply,
  type SyncStats,
} from '@cachefb/core';
import type { PlannedChange } from '@cachefb/sync';
import { CommandTracer, isTraced } from './command-channel.js';
import { type ManagerEvents, publish } from './events.js';
import type { FailoverCacheOptions } from './failover-options.js';
import { GetOrSet, type GetOrSetOptions } from './get-or-set.js';
import { closed, notInitialized } from './lifecycle-errors.js';
import { assemble, type Parts } from './parts.js';
import type { Persistence } from './persistence/persistence.js';
import type { Provider } from './provider.js';
import { RESEED_WINDOW } from './recovery.js';
import type { Router } from './router.js';
import { withDeadline } from './with-deadline.js';
import { withinTime } from './within-time.js';

/**
 * One cache over two backends: the primary answers while it is well, the fallback while it is not, and what changed
 * meanwhile is brought back. Knows backends only by their port.
 */
export class FailoverCache extends CommandFront implements CacheBackend {
  readonly #primary: CacheBackend;
  readonly #fallback: CacheBackend;
  readonly #parts: Parts;
  // Parts that every command meets.
  readonly #provider: Provider;
  readonly #router: Router;
  readonly #persistence: Persistence | undefined;
  readonly #loading: GetOrSet;
  readonly #tracer = new CommandTracer(this);
  readonly #events: Emitter<ManagerEvents>;
  readonly #undo: (() => void)[] = [];
  #initializing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: FailoverCacheOptions) {
    super();
    const emit = this.#emit.bind(this);
    this.#parts = assemble(options, { tracer: this.#tracer, emit });
    this.#primary = options.primary;
    this.#fallback = options.fallback;
    this.#provider = this.#parts.provider;
    this.#router = this.#parts.router;
    this.#persistence = this.#parts.persistence;
    const { logger, clock } = this.#parts;
    this.#events = new Emitter((error) => logger.error('a listener of the cache threw', { error }));
    this.#loading = new GetOrSet({
      cache: this,
      clock,
      onNotStored: (key, error) =>
        logger.debug('a loaded value was not stored', { key, error: String(error) }),
    });
    this.#listen();
  }

  /**
   * Connects, and decides who answers: Redis if one probe succeeded, else memory. Resolves within `failoverTimeout`;
   * never rejects because Redis is away. A second call answers the first one's promise.
   */
  initialize(): Promise<void> {
    if (this.#provider.state === 'closed') return Promise.reject(closed());
    this.#initializing ??= this.#initialize();
    return this.#initializing;
  }

  /** Who answers commands now. */
  getCurrentProvider(): CacheProvider {
    return this.#provider.state === 'primary' ? 'redis' : 'memory';
  }

  /** How the connection to Redis fares. */
  getHealthStatus(): HealthStatus {
    const { status } = this.#parts.health;
    const error = status.lastError ?? this.#provider.lastError;
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
    const { stats } = this.#parts.engine;
    const persistence = this.#persistence?.metrics;
    return persistence === undefined ? stats : { ...stats, persistence };
  }

  /** What a recovery would do now, key by key. */
  planSync(): PlannedChange[] {
    return this.#parts.engine.plan();
  }

  /** The state of the connection in a word, as the client under it has it. */
  get connectionStatus(): string {
    return (
      this.#primary.connectionStatus ?? (this.#parts.health.status.isHealthy ? 'ready' : 'end')
    );
  }

  /** Memory answers from now on, until {@link FailoverCache.switchToRedis}. */
  switchToMemoryCache(): void {
    this.#requireOpen();
    this.#provider.signal('hold');
  }

  /**
   * Has Redis answer again, after one good probe. `true` once everything is brought back and the provider is `'redis'`;
   * `false` if Redis is not there, or fails meanwhile.
   */
  async switchToRedis(): Promise<boolean> {
    this.#requireOpen();
    const { health, recovery } = this.#parts;
    if (!(await health.probeNow())) return false;
    health.markUp();
    if (this.#provider.state === 'held') this.#provider.signal('release');
    while (recovery.underWay !== undefined) await recovery.underWay;
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
    const { state } = this.#provider;
    if (state === 'starting' || state === 'closed') {
      return Promise.reject(state === 'closed' ? closed() : notInitialized());
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
    const { journal, health } = this.#parts;
    const local = this.#router.mode === 'memory';
    const states = await this.#fallback.read(keys);
    if (local) return states;
    try {
      const remote = await this.#primary.read(keys);
      return keys.map((key, index) => (journal.has(key) ? states : remote)[index] as KeyState);
    } catch (error) {
      if (!(error instanceof CacheUnavailableError)) throw error;
      health.failed(error);
      return states;
    }
  }

  /** Applies changes to the primary. Rejects with a `CacheUnavailableError` while that is away. */
  apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    if (this.#provider.state !== 'primary') {
      return Promise.reject(new CacheUnavailableError('changes are applied to Redis only'));
    }
    return this.#primary.apply(changes);
  }

  protected override async *scanKeys(pattern: string): AsyncIterableIterator<string> {
    this.#requireOpen();
    yield* this.#router.scan(pattern);
  }

  #listen(): void {
    const { health, engine, deletions, outages, logger } = this.#parts;
    this.#primary.onLost?.(() => this.#provider.lost());
    this.#undo.push(
      health.on('unreadable', ({ error }) => this.#provider.unreadable(error)),
      health.on('probe', ({ status }) => {
        if (status?.uptime !== undefined) deletions.until(RESEED_WINDOW - status.uptime);
        this.#emit('health', this.getHealthStatus());
      }),
      engine.on('progress', (progress) => this.#emit('sync:progress', progress)),
      engine.on('refused', ({ key, error }) => outages.refused(key, error)),
      engine.on('conflict', (conflict) => this.#emit('conflict', conflict)),
      engine.on('error', ({ error }) => {
        logger.debug('an attempt to bring records back failed', { error: String(error) });
        if (error instanceof CacheUnavailableError) health.failed(error);
      }),
    );
  }

  async #initialize(): Promise<void> {
    const { mirror, patterns, health, timeout, clock, logger } = this.#parts;
    const provider = this.#provider;
    mirror.track(patterns);
    const memory = this.#connectFallback().then(() => this.#persistence?.load());
    const ready = withDeadline(memory, timeout, clock).catch(() => {
      logger.warn('the start does not wait any longer for memory or its store');
    });
    await Promise.all([health.start(), ready]);
    if (provider.state !== 'starting') return;
    provider.lastError = health.status.lastError;
    // Not before: what an earlier process left has to be here when Redis is first asked.
    this.#undo.push(
      health.on('down', ({ error }) => provider.down(error)),
      health.on('up', () => provider.signal('up')),
    );
    provider.signal(health.verdict);
    provider.takeUp();
  }

  /** A fallback that is not there is no reason not to begin: the primary may be. */
  async #connectFallback(): Promise<void> {
    try {
      await this.#fallback.connect();
    } catch (error) {
      this.#parts.logger.error('the fallback is not available', { error: String(error) });
    }
  }

  async #disconnect(drainTimeout: number): Promise<void> {
    const { health, engine, journal, mirror, clock, logger } = this.#parts;
    if (drainTimeout > 0 && journal.size > 0) {
      await withinTime(drainTimeout, clock, (done) => this.on('recovery', done));
    }
    const pending = journal.size;
    const wasOpen = this.#initializing !== undefined;
    this.#provider.signal('close');
    health.stop();
    engine.stop();
    journal.wakeAll();
    mirror.pause();
    for (const undo of this.#undo) undo();
    // What is on its way gets its answer; the backend's deadline bounds the wait.
    await this.#router.idle();
    await this.#persistence?.stop();
    if (pending > 0) logger.warn('disconnecting with records left behind', { pending });
    else if (wasOpen) logger.debug('disconnected');
    await Promise.allSettled([this.#primary.disconnect(), this.#fallback.disconnect()]);
  }

  #requireOpen(): void {
    const { state } = this.#provider;
    if (state === 'closed') throw closed();
    if (state === 'starting') throw notInitialized();
  }

  #emit<E extends keyof ManagerEvents>(event: E, payload: ManagerEvents[E]): void {
    publish(event, payload);
    this.#events.emit(event, payload);
  }
}
