import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheManager } from '@cachefb/manager';
import type { RawRedis } from '@cachefb/testkit';
import { audit } from '../audit/audit.js';
import { evidenceOf } from '../audit/evidence.js';
import { auditOutages } from '../audit/outages.js';
import type { Row } from '../audit/row.js';
import { now } from '../measure/now.js';
import type { Crowd } from '../shop/crowd.js';
import type { Shop } from '../shop/shop.js';
import { within } from '../stage/within.js';
import { CallLap } from './call-lap.js';
import type { Report } from './protocol.js';
import { pruneLedger } from './prune-ledger.js';

/** What is compared, and with what. */
export interface InspectorOptions {
  readonly shop: Shop;
  readonly crowd: Crowd;
  readonly cache: CacheManager;
  /** A connection that has nothing to do with the shop's. */
  readonly connect: () => Promise<RawRedis>;
  /** Milliseconds. */
  readonly failoverTimeout: number;
}

/** Deviations of a row that are told. */
const EXAMPLES = 3;
/** Milliseconds for the whole comparison. */
const PATIENCE = 10_000;
/** Milliseconds for the last changes to reach Redis, once nobody makes new ones. */
const SETTLING = 3000;

/** Compares what the shop was promised with what Redis holds, while everybody stands still for a moment. */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #lap: CallLap;

  constructor(options: InspectorOptions) {
    this.#options = options;
    this.#lap = new CallLap(options.shop.calls);
  }

  /** What was found, or `undefined` if Redis is away again. */
  inspect(downtime: number): Promise<Report | undefined> {
    const { crowd } = this.#options;
    return crowd.standingStill(async () => {
      if (!(await this.#settled())) return undefined;
      const connection = await this.#options.connect();
      try {
        const rows = await within(PATIENCE, 'the comparison', this.#compare(connection, downtime));
        pruneLedger(this.#options.shop.ledger, now(), { inspected: true });
        this.#lap.restart();
        const { ambiguous } = this.#options.cache.getSyncStats();
        const figures = { at: Math.round(now()), downtime: Math.round(downtime), ambiguous };
        return { ...figures, rows: rows.map(reportRow) };
      } finally {
        connection.close();
      }
    });
  }

  async #compare(connection: RawRedis, downtime: number): Promise<Row[]> {
    const { shop, cache, failoverTimeout } = this.#options;
    const stats = cache.getSyncStats();
    const { ledger, keys } = shop;
    const { ambiguous } = stats;
    const calls = this.#lap.figures;
    const limits = { ambiguous, failoverTimeout };
    return [
      ...(await audit({ ledger, keys, calls }, evidenceOf(connection), limits)),
      ...auditOutages([downtime], stats),
    ];
  }

  async #settled(): Promise<boolean> {
    const { cache } = this.#options;
    const end = now() + SETTLING;
    while (cache.getSyncStats().pending > 0 || cache.getCurrentProvider() === 'memory') {
      if (now() > end) return false;
      await sleep(20);
    }
    return true;
  }
}

function reportRow({ what, promised, found, problems }: Row): Report['rows'][number] {
  return {
    what,
    promised,
    found,
    kept: problems.length === 0,
    problems: problems.slice(0, EXAMPLES),
  };
}
