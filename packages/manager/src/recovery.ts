import {
  type CacheBackend,
  CacheUnavailableError,
  type Clock,
  type Logger,
  type SyncStats,
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { Journal, SyncEngine } from '@cachefb/sync';
import type { Mirror } from './mirror/mirror.js';
import type { Persistence } from './persistence/persistence.js';
import type { ProviderState } from './provider-state.js';
import { reseed } from './reseed.js';
import type { KeySet, Router } from './router.js';

/** What a {@link Recovery} works with. */
export interface RecoveryOptions {
  readonly primary: CacheBackend;
  readonly fallback: CacheBackend;
  readonly health: HealthMonitor;
  readonly journal: Journal;
  readonly engine: SyncEngine;
  readonly mirror: Mirror;
  readonly router: Router;
  readonly persistence: Persistence | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: () => ProviderState;
  /** Records are about to be brought back after an outage. */
  readonly onStart: (pending: number) => void;
  /** They all are. */
  readonly onComplete: (stats: SyncStats) => void;
  /** Nothing is left that belongs to memory. */
  readonly onDrained: () => void;
}

/** Re-seeding is for a server that has just come up, milliseconds: later, others may have deleted what is missing. */
export const RESEED_WINDOW = 60_000;
const RETRY_DELAY = 200;
const NO_KEYS: KeySet = new Set();

/** Brings back what memory has become, after an outage and after single commands that failed. */
export class Recovery {
  readonly #options: RecoveryOptions;
  #run: Promise<void> | undefined;
  /** The connection was lost since the server was last asked whether it has its data. */
  #inDoubt = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** The run under way. */
  get underWay(): Promise<void> | undefined {
    return this.#run;
  }

  /** Whether records may be brought back now. */
  get isPossible(): boolean {
    const state = this.#options.state();
    return state === 'recovering' || state === 'primary';
  }

  /** Begins after an outage. */
  begin(): void {
    const { router, mirror } = this.#options;
    // The server may have lost everything: until that is known, and made good, copies are what there is.
    router.reserved = mirror;
    this.start();
  }

  /**
   * The connection was lost, perhaps so shortly that it is no outage: the next one may all the same lead to a server that
   * lost everything. Until it says that it did not, copies are what there is.
   */
  doubt(): void {
    const { router, mirror, engine } = this.#options;
    this.#inDoubt = true;
    // What is given back to the server is told as a change by somebody: no reason to drop a copy that is just being asked.
    mirror.pause();
    router.reserved = mirror;
    engine.stop();
    this.start();
  }

  /** Starts a run, unless one is under way. */
  start(): void {
    const { logger, journal, state } = this.#options;
    this.#run ??= this.#bringBack()
      .catch((error: unknown) => {
        logger.error('bringing records back failed', { error: String(error) });
        return this.#pause();
      })
      .finally(() => {
        this.#run = undefined;
        // A run that was cut short by an outage may find that it is over by now, and one that ends has new records behind it.
        const isLeft = this.#inDoubt || journal.size > 0;
        if (state() === 'recovering' || (isLeft && this.isPossible)) this.start();
      });
  }

  async #bringBack(): Promise<void> {
    const { primary, journal, engine, mirror, persistence, state } = this.#options;
    const { onStart, onComplete, onDrained } = this.#options;
    const emptied = await this.#prepare();
    if (emptied === undefined || !this.isPossible) return;
    const announced = state() === 'recovering';
    if (announced) onStart(journal.size);
    if (announced || mirror.isPaused) mirror.resume();
    try {
      if (journal.size > 0) await persistence?.beforeSending();
      while (this.isPossible && !this.#inDoubt && journal.size > 0) {
        if (!(await engine.drain(emptied))) return;
      }
    } finally {
      mirror.catchUp();
    }
    if (!this.isPossible || this.#inDoubt) return;
    if (emptied) await primary.acknowledgeEmptied?.();
    if (announced) onComplete(engine.stats);
    if (journal.size > 0) return;
    persistence?.allSent();
    onDrained();
  }

  /**
   * Makes Redis ready to take records: nothing sent before may still take effect, and a server that lost everything gets
   * the copies of what it lost. Answers whether it lost everything, or `undefined` if Redis is away again.
   */
  async #prepare(): Promise<boolean | undefined> {
    const { primary, health, router } = this.#options;
    while (this.isPossible) {
      try {
        this.#inDoubt = false;
        await primary.settleAbandoned?.();
        const { emptied = false, uptime = 0 } = await primary.ping();
        if (emptied && uptime < RESEED_WINDOW) await this.#reseed();
        if (this.#inDoubt) continue;
        router.reserved = NO_KEYS;
        return emptied;
      } catch (error) {
        if (error instanceof CacheUnavailableError) health.failed(error);
        await this.#pause();
      }
    }
    return undefined;
  }

  async #reseed(): Promise<void> {
    const { primary, fallback, journal, mirror, router } = this.#options;
    const seeds = new Map(mirror.seeds());
    router.reserved = new Set(seeds.keys());
    for (const key of seeds.keys()) mirror.expect(key);
    await reseed(primary, fallback, journal, seeds);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#options.clock.after(RETRY_DELAY, resolve));
  }
}
