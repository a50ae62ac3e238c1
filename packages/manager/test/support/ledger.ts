import { RawRedis, type RedisServer } from '@cachefb/testkit';
import { expect } from 'vitest';
import type { CacheManager } from '../../src/index.js';

/** The last write to a key that was acknowledged, and one that may have been under way. */
interface Written {
  value: string | null;
  /** Epoch milliseconds; `undefined` without a TTL. */
  deadline: number | undefined;
}

/** Callers that go on calling, and what they were promised. Each owns its keys, so that order is certain. */
export class Ledger {
  readonly #cache: CacheManager;
  readonly values = new Map<string, Written>();
  readonly fields = new Map<string, Map<string, string>>();
  readonly pages = new Map<string, number>();
  increments = 0;
  calls = 0;
  slowest = 0;
  readonly rejected: unknown[] = [];
  readonly stale: string[] = [];
  readonly lost: string[] = [];
  #running = true;
  #done: Promise<unknown> = Promise.resolve();

  constructor(cache: CacheManager) {
    this.#cache = cache;
  }

  /** Starts so many callers doing get, set, incr, hset and del, one call after the other. */
  start(callers: number): void {
    this.#done = Promise.all(Array.from({ length: callers }, (_, index) => this.#caller(index)));
  }

  /** Has every caller finish its round. */
  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  async #caller(index: number): Promise<void> {
    const session = `session:${index}`;
    const cart = `session:cart:${index}`;
    const gone = `session:gone:${index}`;
    const page = `page:${index}`;
    this.fields.set(cart, new Map());
    for (let round = 1; this.#running; round++) {
      await this.#write(session, `v${round}`, 60_000);
      await this.#call(async () => {
        const seen = await this.#cache.get(session);
        if (seen !== this.values.get(session)?.value) this.lost.push(`${session} is ${seen}`);
      });
      await this.#call(async () => {
        await this.#cache.incr('session:count');
        this.increments++;
      });
      const field = `f${round % 5}`;
      await this.#call(async () => {
        await this.#cache.hset(cart, field, String(round));
        this.fields.get(cart)?.set(field, String(round));
      });
      if (round % 2 === 1) await this.#write(gone, `v${round}`, undefined);
      else {
        await this.#call(() => this.#cache.del(gone));
        this.values.set(gone, { value: null, deadline: undefined });
      }
      await this.#readPage(page);
      if (round % 3 === 0) await this.#call(() => this.#cache.set(page, String(round)));
    }
  }

  async #write(key: string, value: string, ttl: number | undefined): Promise<void> {
    await this.#call(() => this.#cache.set(key, value, ttl));
    const deadline = ttl === undefined ? undefined : Date.now() + ttl;
    this.values.set(key, { value, deadline });
  }

  /** Pages are not critical: they may be missing, but never older than what was read before. */
  async #readPage(page: string): Promise<void> {
    await this.#call(async () => {
      const text = await this.#cache.get(page);
      if (text === null) return;
      const version = Number(text);
      const last = this.pages.get(page) ?? 0;
      if (version < last) this.stale.push(`${page}: ${version} after ${last}`);
      this.pages.set(page, version);
    });
  }

  async #call(operation: () => Promise<unknown>): Promise<void> {
    const start = performance.now();
    try {
      await operation();
    } catch (error) {
      this.rejected.push(error);
    }
    this.calls++;
    this.slowest = Math.max(this.slowest, performance.now() - start);
    // A caller in a real service does something else in between; and other callers get their turn.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** No call was rejected, none waited too long, none saw less than it was promised. */
  expectServed(failoverTimeout: number): void {
    expect(this.rejected).toEqual([]);
    expect(this.lost).toEqual([]);
    expect(this.stale).toEqual([]);
    expect(this.slowest).toBeLessThan(failoverTimeout + 100);
  }

  /** Everything acknowledged is found in Redis by a connection of its own. */
  async expectKept(server: RedisServer, started = 0): Promise<void> {
    const redis = await RawRedis.connect({ host: server.host, port: server.port });
    try {
      for (const [key, { value, deadline }] of this.values) {
        expect([key, await redis.call('GET', key)]).toEqual([key, value]);
        const asked = Date.now();
        const ttl = Number(await redis.call('PTTL', key));
        if (value === null) continue;
        if (deadline === undefined) expect([key, ttl]).toEqual([key, -1]);
        else {
          expect(ttl).toBeGreaterThan(0);
          expect(asked + ttl).toBeLessThanOrEqual(deadline + 5);
        }
      }
      for (const [key, fields] of this.fields) {
        const flat = (await redis.call('HGETALL', key)) as string[];
        const found = Object.fromEntries(
          flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1]]] : [])),
        );
        expect([key, found]).toEqual([key, Object.fromEntries(fields)]);
      }
      const count = Number(await redis.call('GET', 'session:count')) - started;
      const { ambiguous } = this.#cache.getSyncStats();
      expect(count).toBeLessThanOrEqual(this.increments);
      expect(count).toBeGreaterThanOrEqual(this.increments - ambiguous);
    } finally {
      redis.close();
    }
  }
}
