import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ABSENT,
  type BackendStatus,
  type CacheBackend,
  type CacheValue,
  type Change,
  type ChangeOutcome,
  type Command,
  CommandFront,
  type CommandName,
  checkKey,
  compileGlob,
  type EvictionPolicy,
  isWrite,
  type KeyState,
  keysOf,
  type Reply,
  readCommand,
  type SetToken,
} from '@cachefb/core';
import { ChangeApplier } from './apply/change-applier.js';
import { keyState } from './apply/key-state.js';
import { CoarseClock } from './coarse-clock.js';
import { type MemoryCacheConfig, readConfig } from './config.js';
import { Counters } from './counters.js';
import { Keyspace } from './keyspace.js';
import type { MemoryMetrics } from './metrics.js';
import { Persister } from './persistence/persister.js';
import { Sweeper } from './sweeper.js';
import { SyncCache } from './sync-cache.js';

/** Slots that a scan looks at before it lets others run. */
const SCAN_STEP = 4096;
/** A step of a sweep ends after so many entries were removed, or so many slots looked at. */
const SWEEP_REMOVALS = 200;
const SWEEP_LOOKS = 20_000;

/**
 * A cache in the memory of this process that behaves as Redis does: strings and hashes, TTLs, counters, globs, with
 * Redis's own replies and errors. Usable from construction on.
 *
 * @example
 * ```ts
 * const cache = new InMemoryCache({ maxSize: 10_000 });
 * await cache.set('greeting', 'hello', 60_000);
 * cache.sync.get('greeting'); // 'hello'
 * ```
 *
 * @throws ConfigurationError for an option that is unknown or has a value that cannot work.
 */
export class InMemoryCache extends CommandFront implements CacheBackend {
  /** Every command with its reply returned directly. */
  readonly sync: SyncCache;
  readonly #space: Keyspace;
  readonly #policy: EvictionPolicy;
  readonly #counters: Counters;
  readonly #clock: CoarseClock;
  readonly #sweeper: Sweeper;
  readonly #changes: ChangeApplier;
  readonly #enableMetrics: boolean;
  readonly #persister: Persister | undefined;
  readonly #instance = randomUUID();
  readonly #sweep = { step: (from: number) => this.#sweepStep(from) };
  #lastCleanupTime = 0;

  constructor(config?: MemoryCacheConfig) {
    super();
    const settings = readConfig(config);
    const { clock, cleanupInterval, enableMetrics, evictionPolicy } = settings;
    this.#policy = evictionPolicy;
    this.#clock = new CoarseClock(clock);
    this.#counters = new Counters(enableMetrics, this.#clock);
    this.#enableMetrics = enableMetrics;
    this.#space = new Keyspace(settings, evictionPolicy, this.#clock, this.#counters);
    this.sync = new SyncCache(this.#space);
    this.#changes = new ChangeApplier(this.#space);
    this.#sweeper = new Sweeper(clock, cleanupInterval, this.#sweep);
    this.#sweeper.start();
    if (settings.persistence !== undefined) {
      this.#persister = new Persister(this.#space, settings.persistence, clock);
    }
  }

  async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    const persister = this.#persister;
    if (persister?.holds(keysOf(command as Command), isWrite(command as Command))) {
      return persister.around(() => this.sync.execute(command));
    }
    return this.sync.execute(command);
  }

  /** The string at `key`, or `null`. */
  override async get(key: string): Promise<string | null> {
    if (this.#persister?.holds([key])) {
      return this.#persister.around(() => this.sync.get(key));
    }
    return this.sync.get(key);
  }

  /** Stores a value; `ttl` in milliseconds. Without a TTL the key lives until it is deleted. */
  override set(key: string, value: unknown, ttl?: number): Promise<'OK'>;
  /** Stores a value under conditions, as options or in Redis's own words. */
  override set(key: string, value: unknown, ...rest: unknown[]): Promise<string | null>;
  override async set(
    key: string,
    value: unknown,
    third?: unknown,
    ...more: unknown[]
  ): Promise<string | null> {
    if (this.#persister?.holds([key])) {
      return this.#persister.around(() =>
        this.sync.set(key, value as CacheValue, third as string, ...(more as SetToken[])),
      );
    }
    return this.sync.set(key, value as CacheValue, third as string, ...(more as SetToken[]));
  }

  /** Deletes keys; answers how many existed. */
  override async del(...keys: unknown[]): Promise<number> {
    if (this.#persister?.holds(keys.flat())) {
      return this.#persister.around(() => this.#delete(keys));
    }
    return this.#delete(keys);
  }

  /** The value of a field, or `null`. */
  override async hget(key: string, field: string): Promise<string | null> {
    if (this.#persister?.holds([key])) {
      return this.#persister.around(() => this.sync.hget(key, field));
    }
    return this.sync.hget(key, field);
  }

  /** Adds 1; answers the new number. */
  override async incr(key: string): Promise<number> {
    if (this.#persister?.holds([key])) {
      return this.#persister.around(() => this.sync.incr(key));
    }
    return this.sync.incr(key);
  }

  #delete(keys: readonly unknown[]): number {
    const one = keys[0];
    // To spread a long list once more would overflow the stack.
    return keys.length === 1 && typeof one === 'string'
      ? this.sync.del(one)
      : this.sync.execute(readCommand.del(keys));
  }

  /** The state of each key, in the order asked; a default TTL is not part of it. */
  async read(keys: readonly string[]): Promise<KeyState[]> {
    if (this.#persister?.holds(keys, false)) return this.#persister.around(() => this.#read(keys));
    return this.#read(keys);
  }

  #read(keys: readonly string[]): KeyState[] {
    return keys.map((key) => {
      const slot = this.#space.find(checkKey(key));
      return slot === -1 ? ABSENT : keyState(this.#space, slot);
    });
  }

  /** Applies changes, each one atomically and conditionally; one outcome for each, in order. */
  async apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    const apply = () => changes.map((change) => this.#changes.apply(change));
    if (this.#persister?.holds(changes.map(({ key }) => key))) {
      return this.#persister.around(apply);
    }
    return apply();
  }

  /**
   * Resolves when what the `store` holds is here, and starts the sweeps again after a {@link InMemoryCache.disconnect}.
   *
   * Not needed to use the cache: promises about critical keys wait for it, and `sync` commands that come earlier win
   * over what is loaded.
   *
   * @throws CacheError if the store cannot be loaded; the cache goes on in memory and tries again.
   */
  async connect(): Promise<void> {
    this.#sweeper.start();
    await this.#persister?.start();
  }

  /** Memory is always there, and accepts writes. */
  async ping(): Promise<BackendStatus> {
    return { writable: true, instance: this.#instance };
  }

  /**
   * Ends every timer, and has what is persisted on disk and the `store` closed. What is in memory stays, and expiry stays
   * exact; it is only swept no more, and changes are persisted only after another `connect()`. Idempotent.
   */
  async disconnect(): Promise<void> {
    this.#sweeper.stop();
    await this.#persister?.stop();
    this.#clock.stop();
  }

  /** Keeps an entry from being evicted, and from the default TTL, until it is unpinned or deleted. */
  pin(key: string): void {
    const slot = this.#space.find(checkKey(key));
    if (slot !== -1) this.#space.pin(slot);
  }

  /** Ends {@link InMemoryCache.pin}; if the cache is larger than its limits, something is evicted now. */
  unpin(key: string): void {
    const slot = this.#space.find(checkKey(key));
    if (slot !== -1) this.#space.unpin(slot);
  }

  /** How many entries there are, those included whose time is up and that were neither asked for nor swept yet. */
  size(): number {
    return this.#space.size;
  }

  /** Counters since the start or the last reset, and how things stand now. */
  getMetrics(): MemoryMetrics {
    const counters = this.#enableMetrics ? this.#counters : new Counters(false, this.#clock);
    return {
      hits: counters.hits,
      misses: counters.misses,
      sets: counters.sets,
      deletes: counters.deletes,
      evictions: counters.evictions,
      totalOperations: counters.operations,
      averageAccessTime: counters.averageAccessTime,
      memoryUsage: this.#space.bytes,
      itemCount: this.#space.size,
      lastCleanupTime: this.#lastCleanupTime,
      hitRatio: counters.hitRatio,
      expirations: counters.expirations,
      pinned: this.#space.pinned,
      evictionPolicy: this.#policy.name,
      policyCounters: this.#policy.counters?.() ?? {},
      persistence: this.#persister?.metrics,
    };
  }

  /** Sets the counters to 0; what is stored, and what is told of it, stays. */
  resetMetrics(): void {
    this.#counters.reset();
  }

  protected async *scanKeys(pattern: string): AsyncIterableIterator<string> {
    await this.#persister?.loaded;
    this.#counters.operations++;
    const matches = compileGlob(pattern);
    // Who writes as it goes must not be led on for ever.
    const { end } = this.#space;
    for (let slot = 0; slot < end; slot++) {
      if (slot % SCAN_STEP === SCAN_STEP - 1) await nextTurn();
      const key = this.#space.keyAt(slot);
      if (key !== undefined && matches(key)) yield key;
    }
  }

  #sweepStep(from: number): number {
    const next = this.#space.sweep(from, SWEEP_REMOVALS, SWEEP_LOOKS);
    if (next === -1) this.#lastCleanupTime = this.#clock.now();
    return next;
  }
}
