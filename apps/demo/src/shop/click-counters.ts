import type { MeteredCache } from '../measure/metered-cache.js';
import { now } from '../measure/now.js';
import { deadlineOf } from './deadline.js';
import type { Keys } from './keys.js';
import type { Ledger } from './ledger.js';

/** The rate limit. */
export interface ClickLimits {
  /** How many clicks a visitor may make in a window. */
  readonly clicks: number;
  /** Milliseconds; longer than anybody looks on, so that every count is still there to be compared. */
  readonly window: number;
}

const OF_THE_STORY: ClickLimits = { clicks: 1000, window: 600_000 };

/** The rate limit: a counter for each visitor, and one that all of them raise. */
export class ClickCounters {
  readonly #cache: MeteredCache;
  readonly #ledger: Ledger;
  readonly #keys: Keys;
  readonly #limits: ClickLimits;
  #turnedAway = 0;

  constructor(cache: MeteredCache, ledger: Ledger, keys: Keys, limits = OF_THE_STORY) {
    this.#cache = cache;
    this.#ledger = ledger;
    this.#keys = keys;
    this.#limits = limits;
  }

  /** Clicks past the limit. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Whether a visitor may go on. */
  async admit(user: string): Promise<boolean> {
    const [clicks] = await Promise.all([
      this.#raise(this.#keys.clicks(user)),
      this.#raise(this.#keys.allClicks),
    ]);
    if (clicks <= this.#limits.clicks) return true;
    this.#turnedAway++;
    return false;
  }

  async #raise(key: string): Promise<number> {
    const clicks = await this.#cache.incr(key);
    this.#ledger.counted(key);
    if (clicks === 1) await this.#startWindow(key);
    return clicks;
  }

  async #startWindow(key: string): Promise<void> {
    const { window } = this.#limits;
    const sentAt = now();
    await this.#cache.pexpire(key, window);
    const deadline = deadlineOf(sentAt, window);
    const { sum = 0 } = this.#ledger.counters.get(key) ?? {};
    this.#ledger.counters.set(key, { sum, deadline });
  }
}
