import { CacheManager } from '@cachefb/manager';
import { now } from '../measure/now.js';
import { plural } from '../screen/format.js';
import { Crowd } from '../shop/crowd.js';
import { Keys } from '../shop/keys.js';
import { Shop } from '../shop/shop.js';
import { CrowdLoad } from './crowd-load.js';
import { Feed } from './feed.js';
import { Inspector } from './inspector.js';
import { KeyTable, type WatchedKey } from './key-table.js';
import { Latencies } from './latencies.js';
import { Narrator } from './narrator.js';
import { type Action, SAMPLE_INTERVAL } from './protocol.js';
import { pruneLedger } from './prune-ledger.js';
import type { RedisRig } from './redis-rig.js';
import { Regulars } from './regulars.js';
import { SampleLog } from './sample-log.js';
import { Sampler } from './sampler.js';
import { SyncProgress } from './sync-progress.js';
import { Turns } from './turns.js';

/** The longest that a caller waits for Redis, milliseconds. */
const FAILOVER_TIMEOUT = 1000;
/** Nobody is turned away, and every counter outlives the day. */
const LIMITS = { clicks: Number.POSITIVE_INFINITY, window: 86_400_000 };

/** A shop that runs on a Redis of its own, watched: what is seen goes into the feed, what is asked for is done. */
export class Dashboard {
  readonly feed = new Feed(now);
  readonly #rig: RedisRig;
  readonly #cache: CacheManager;
  readonly #shop: Shop;
  readonly #crowd: Crowd;
  readonly #load: CrowdLoad;
  readonly #regulars: Regulars;
  readonly #keyTable: KeyTable;
  readonly #narrator: Narrator;
  readonly #inspector: Inspector;
  readonly #progress: SyncProgress;
  readonly #sampler: Sampler;
  readonly #samples = new SampleLog(this.feed);
  readonly #actions = new Turns();
  readonly #inspections = new Turns();
  #ticking: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(rig: RedisRig) {
    const keys = new Keys();
    const latencies = new Latencies();
    this.#rig = rig;
    this.#cache = new CacheManager({
      redis: rig.url,
      criticalKeys: keys.critical,
      failoverTimeout: FAILOVER_TIMEOUT,
      healthCheckInterval: 1000,
      memoryCacheConfig: { maxSize: 50_000 },
      // Everything that it would say is in the event log.
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    this.#shop = new Shop(this.#cache, keys, {
      limits: LIMITS,
      onCall: (took) => latencies.add(took),
    });
    this.#crowd = new Crowd(this.#shop, 0);
    this.#load = new CrowdLoad(this.#crowd);
    this.#regulars = new Regulars(this.#shop, this.#crowd);
    this.#keyTable = new KeyTable(this.#cache, keys);
    this.#narrator = new Narrator(this.feed, this.#cache);
    this.#progress = new SyncProgress(this.#cache);
    this.#inspector = new Inspector({
      shop: this.#shop,
      crowd: this.#crowd,
      cache: this.#cache,
      connect: () => rig.connect(),
      failoverTimeout: FAILOVER_TIMEOUT,
    });
    this.#sampler = new Sampler({
      calls: () => this.#shop.calls.total,
      sync: () => this.#cache.getSyncStats(),
      latencies,
      takeProgress: () => this.#progress.take(),
      now,
    });
    this.#cache.on('recovery', ({ downtime }) => {
      void this.#inspections.take(() => this.#inspect(downtime));
    });
  }

  /** Opens the shop. */
  async start(): Promise<void> {
    await this.#cache.initialize();
    await this.#shop.config.change('name', 'The Corner Shop');
    await this.#shop.notices.change('motto', 'always open');
    await this.#load.change('normal');
    this.#regulars.start();
    this.#narrator.tell('info', 'The shop is open, and Redis answers.');
    this.#ticking = setInterval(() => this.#tick(), SAMPLE_INTERVAL);
    this.#tick();
  }

  /** Does what was asked for, one action after the other. */
  act(action: Action): Promise<void> {
    return this.#actions.take(async () => {
      await this.#narrator.tellAction(() => this.#perform(action));
      this.#tick();
    });
  }

  /** Sends everybody home and ends everything but the server of Redis. */
  async close(): Promise<void> {
    clearInterval(this.#ticking);
    // What is being done to Redis must not be done to one that is closed.
    await this.#actions.take(async () => {});
    await this.#regulars.stop();
    await this.#crowd.stop();
    this.#narrator.close();
    this.#progress.close();
    await this.#cache.disconnect();
  }

  #perform(action: Action): Promise<string> | string {
    const rig = this.#rig;
    switch (action.do) {
      case 'kill':
        return rig.kill();
      case 'freeze':
        return rig.freeze();
      case 'resume':
        return rig.resume();
      case 'cut':
        return rig.cut();
      case 'reconnect':
        return rig.reconnect();
      case 'restart':
        return rig.restart(action.empty);
      case 'slow':
        return rig.slow(action.ms);
      case 'load':
        return this.#load.change(action.level);
    }
  }

  #tick(): void {
    const { isHealthy, consecutiveFailures, responseTime, lastError } =
      this.#cache.getHealthStatus();
    this.#narrator.look(isHealthy);
    this.#samples.add(this.#sampler.sample());
    this.feed.replace('rig', { ...this.#rig.state, load: this.#load.level });
    this.feed.replace('health', {
      mode: this.#narrator.mode,
      isHealthy,
      consecutiveFailures,
      responseTime: Math.round(responseTime),
      lastError: lastError ?? null,
    });
    const { made: calls, failed } = this.#shop.calls.total;
    const { totalSynced, conflicts, invalidated, dropped, ambiguous } = this.#cache.getSyncStats();
    this.feed.replace('totals', {
      calls,
      failed,
      synced: totalSynced,
      conflicts,
      invalidated,
      dropped,
      ambiguous,
    });
    pruneLedger(this.#shop.ledger, now(), { inspected: false });
    if (this.feed.subscribers > 0) void this.#look();
  }

  /** Looks at the keys of the table; while an answer is late nobody asks again. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const { mode } = this.#narrator;
      this.feed.replace('keys', await this.#keyTable.look(mode, this.#watched()));
    } catch {
      // The cache is being closed.
    } finally {
      this.#looking = false;
    }
  }

  #watched(): WatchedKey[] {
    const { keys } = this.#shop;
    const { shopper, looker } = this.#regulars.sessions;
    const session = (what: string, key: string | undefined) =>
      key === undefined ? [] : [{ key, what }];
    return [
      ...session('a session in use', shopper?.key),
      ...session('an idle session', looker?.key),
      { key: keys.allClicks, what: 'clicks of everybody' },
      { key: keys.clicks('regular'), what: 'clicks of one visitor' },
      { key: keys.config, what: 'settings, a hash' },
      { key: keys.page(0), what: 'a cached page' },
      { key: keys.page(1), what: 'a cached page' },
    ];
  }

  async #inspect(downtime: number): Promise<void> {
    try {
      const report = await this.#inspector.inspect(downtime);
      if (report === undefined) {
        this.#narrator.tell('info', 'Nothing was compared: Redis was away again before.');
        return;
      }
      this.feed.append('reports', report);
      const broken = report.rows.filter(({ kept }) => !kept).length;
      const promises = plural(report.rows.length, 'promise');
      if (broken === 0) this.#narrator.tell('good', `Compared: ${promises} kept.`);
      else this.#narrator.tell('bad', `Compared: ${broken} of ${promises} not kept.`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#narrator.tell('info', `The comparison was cut short (${why}).`);
    }
  }
}
