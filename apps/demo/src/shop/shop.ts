import type { CacheCommands } from '@cachefb/core';
import { Calls } from '../measure/calls.js';
import { MeteredCache } from '../measure/metered-cache.js';
import { ClickCounters, type ClickLimits } from './click-counters.js';
import { Config } from './config.js';
import type { Keys } from './keys.js';
import { Ledger } from './ledger.js';
import { Pages } from './pages.js';
import { Sessions } from './sessions.js';

const PAGES = 40;

/** How a shop differs from the one of the story. */
export interface ShopOptions {
  readonly limits?: ClickLimits;
  /** Told of every call how long it took, milliseconds. */
  readonly onCall?: (took: number) => void;
}

/** A small service that keeps what it knows in a cache, as many do, and writes down what it is promised. */
export class Shop {
  readonly keys: Keys;
  readonly ledger = new Ledger();
  readonly calls: Calls;
  readonly sessions: Sessions;
  readonly clicks: ClickCounters;
  readonly config: Config;
  /** What hangs on the door; only the story itself changes it. */
  readonly notices: Config;
  readonly pages: Pages;

  constructor(commands: CacheCommands, keys: Keys, { limits, onCall }: ShopOptions = {}) {
    this.calls = new Calls(onCall);
    const cache = new MeteredCache(commands, this.calls);
    this.keys = keys;
    this.sessions = new Sessions(cache, this.ledger, keys);
    this.clicks = new ClickCounters(cache, this.ledger, keys, limits);
    this.config = new Config(cache, keys.config, this.ledger.config);
    this.notices = new Config(cache, keys.notices, this.ledger.notices);
    this.pages = new Pages(cache, this.ledger, keys, PAGES);
  }
}
