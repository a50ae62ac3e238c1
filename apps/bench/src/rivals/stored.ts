import { type RawRedis, waitFor } from '@cachefb/testkit';
import type { Contestant } from './contestants/contestant.js';
import { before, COUNTERS, newer, SHARED } from './keys.js';

/** What a contestant keeps in Redis, seen and changed from beside it. */
export class Stored {
  readonly #contestant: Contestant;
  readonly #connect: () => Promise<RawRedis>;
  #connection: RawRedis | undefined;
  /** What it stored at the shared keys, in its own form. */
  #shared: readonly string[] = [];

  constructor(contestant: Contestant, connect: () => Promise<RawRedis>) {
    this.#contestant = contestant;
    this.#connect = connect;
  }

  /** Remembers the shared keys as they were before the outage, for {@link Stored.writeNewer}. */
  async remember(): Promise<void> {
    // Some acknowledge what is not in Redis yet.
    const isKnown = async () => {
      const raws = await this.#raw(SHARED);
      const isThere = raws.every((raw, n) => raw?.includes(before(SHARED[n] as string)));
      return isThere ? (raws as string[]) : undefined;
    };
    this.#shared = await waitFor(isKnown, {
      message: 'what was set before the outage is in Redis',
    });
  }

  /** Writes the shared keys as another process of the same application would. */
  async writeNewer(): Promise<void> {
    const redis = await this.#redis();
    const sets = SHARED.map((key, n) => {
      const raw = (this.#shared[n] as string).replace(before(key), newer(key));
      return ['SET', this.#contestant.stored(key), raw, 'KEEPTTL'];
    });
    await redis.pipeline(sets);
  }

  /** The values at keys. */
  async values(keys: readonly string[]): Promise<(string | null)[]> {
    const raws = await this.#raw(keys);
    return raws.map((raw) => (raw === null ? null : (this.#contestant.valueOf(raw) ?? null)));
  }

  /** The sum of all counters. */
  async counted(): Promise<number> {
    const counts = await this.values(COUNTERS);
    return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
  }

  close(): void {
    this.#connection?.close();
  }

  async #raw(keys: readonly string[]): Promise<(string | null)[]> {
    const redis = await this.#redis();
    const gets = keys.map((key) => ['GET', this.#contestant.stored(key)]);
    return (await redis.pipeline(gets)) as (string | null)[];
  }

  async #redis(): Promise<RawRedis> {
    if (!this.#connection?.open) this.#connection = await this.#connect();
    return this.#connection;
  }
}
