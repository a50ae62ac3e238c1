import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { expect } from 'vitest';
import { InMemoryCache, type MemoryCacheConfig } from '../../src/index.js';
import { hashEntryBytes, stringEntryBytes } from '../../src/size-estimate.js';

interface Entry {
  value: string | Map<string, string>;
  /** Epoch milliseconds; 0 for none. */
  own: number;
  /** The deadline by the default TTL, which counts while there is no own one. */
  byDefault: number;
  pinned: boolean;
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
const field = fc.constantFrom('x', 'y', 'z');
const value = fc.oneof(
  fc.constantFrom('', '7', '-1'),
  fc.nat(240).map((n) => 'v'.repeat(n)),
);
const ttl = fc.integer({ min: 1, max: 40 });

/** What can be done to a cache in one step. */
export const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('set' as const), key, value, ttl: fc.option(ttl) }),
    fc.record({ do: fc.constant('set' as const), key, value, ttl: fc.constant(null) }),
    fc.record({ do: fc.constant('hset' as const), key, field, value }),
    fc.record({ do: fc.constant('hdel' as const), key, field }),
    fc.record({ do: fc.constant('pexpire' as const), key, ttl: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ do: fc.constantFrom('get', 'incr', 'del', 'persist'), key }),
    fc.record({ do: fc.constantFrom('pin', 'pin', 'unpin'), key }),
    fc.record({ do: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ do: fc.constantFrom('flushall' as const), rarely: fc.nat(4) }),
  ),
  { maxLength: 120, size: 'max' },
);

type Step = (typeof steps extends fc.Arbitrary<infer S> ? S : never)[number];

/**
 * A cache beside the plainest model of it, which knows nothing of policies: whatever is not pinned may leave it, as often
 * as the cache says that something was evicted.
 */
export class LimitsModel {
  readonly #config: MemoryCacheConfig;
  readonly #clock = new FakeClock();
  readonly #cache: InMemoryCache;
  readonly #entries = new Map<string, Entry>();
  #added = 0;
  #sets = 0;
  #reads = 0;

  constructor(config: MemoryCacheConfig) {
    this.#config = config;
    this.#cache = new InMemoryCache({ ...config, cleanupInterval: 25, clock: this.#clock });
  }

  /** Does a step to both, and compares everything that can be seen without using an entry. */
  step(step: Step): void {
    const before = this.#seen();
    const { evictions } = this.#cache.getMetrics();
    const known = [...this.#entries.keys()];
    let refused = false;
    try {
      this.#do(step);
    } catch (error) {
      if (!/^(WRONGTYPE|OOM|ERR value)/.test(String((error as Error).message))) throw error;
      refused = true;
    }
    this.#forget(evictions, refused);
    if (refused) {
      expect(this.#seen()).toEqual(before);
      expect([...this.#entries.keys()]).toEqual(known);
    }
    this.#compare();
  }

  /** Reads everything. */
  end(): void {
    for (const [name, { value }] of this.#entries) {
      if (typeof value === 'string') expect(this.#cache.sync.get(name)).toBe(value);
      else expect(this.#cache.sync.hgetall(name)).toEqual(Object.fromEntries(value));
    }
  }

  #do(step: Step): void {
    const { sync } = this.#cache;
    const entry = 'key' in step ? this.#entries.get(step.key) : undefined;
    switch (step.do) {
      case 'set':
        sync.set(step.key, step.value, ...((step.ttl === null ? [] : [step.ttl]) as [number]));
        this.#sets++;
        this.#put(step.key, step.value, step.ttl === null ? 0 : this.#clock.now() + step.ttl);
        break;
      case 'incr': {
        const sum = sync.incr(step.key);
        expect(sum).toBe(Number(entry?.value ?? 0) + 1);
        this.#sets++;
        if (entry === undefined) this.#put(step.key, String(sum), 0);
        else entry.value = String(sum);
        break;
      }
      case 'hset': {
        const isNew = sync.hset(step.key, step.field, step.value);
        this.#sets++;
        if (entry === undefined) this.#put(step.key, new Map([[step.field, step.value]]), 0);
        else {
          const fields = entry.value as Map<string, string>;
          expect(isNew).toBe(fields.has(step.field) ? 0 : 1);
          fields.set(step.field, step.value);
        }
        break;
      }
      case 'hdel': {
        const removed = sync.hdel(step.key, step.field);
        const fields = entry?.value as Map<string, string> | undefined;
        expect(removed).toBe(fields?.delete(step.field) ? 1 : 0);
        if (fields?.size === 0) this.#entries.delete(step.key);
        break;
      }
      case 'pexpire':
        expect(sync.pexpire(step.key, step.ttl)).toBe(entry === undefined ? 0 : 1);
        if (step.ttl === 0) this.#entries.delete(step.key);
        else if (entry !== undefined) entry.own = this.#clock.now() + step.ttl;
        break;
      case 'persist':
        expect(sync.persist(step.key)).toBe(entry === undefined || entry.own === 0 ? 0 : 1);
        if (entry !== undefined && entry.own !== 0) this.#live(entry, 0);
        break;
      case 'get':
        expect(sync.get(step.key)).toBe(entry?.value ?? null);
        this.#reads++;
        break;
      case 'del':
        expect(sync.del(step.key)).toBe(this.#entries.delete(step.key) ? 1 : 0);
        break;
      case 'pin':
        this.#cache.pin(step.key);
        if (entry !== undefined) Object.assign(entry, { pinned: true, byDefault: 0 });
        break;
      case 'unpin':
        this.#cache.unpin(step.key);
        if (entry?.pinned) this.#live(Object.assign(entry, { pinned: false }), entry.own);
        break;
      case 'tick':
        this.#clock.tick(step.ms);
        break;
      case 'flushall':
        if (step.rarely > 0) break;
        sync.flushall();
        this.#entries.clear();
    }
  }

  #put(name: string, value: Entry['value'], own: number): void {
    const old = this.#entries.get(name);
    if (old === undefined) this.#added++;
    const entry = { value, own, byDefault: 0, pinned: old?.pinned ?? false };
    this.#live(entry, own);
    this.#entries.set(name, entry);
  }

  /** An entry has this deadline from now on, or lives by the default TTL. */
  #live(entry: Entry, own: number): void {
    const { defaultTTL = 0 } = this.#config;
    entry.own = own;
    entry.byDefault = defaultTTL > 0 && !entry.pinned ? this.#clock.now() + defaultTTL : 0;
  }

  /** What has expired leaves the model, and what was evicted. */
  #forget(evictionsBefore: number, refused: boolean): void {
    const now = this.#clock.now();
    for (const [name, entry] of this.#entries) {
      const end = entry.own || entry.byDefault;
      if (end !== 0 && end <= now) this.#entries.delete(name);
    }
    const there = new Set(this.#cache.sync.keys('*'));
    let evicted = 0;
    for (const [name, entry] of this.#entries) {
      if (there.has(name)) continue;
      expect(entry.pinned).toBe(false);
      this.#entries.delete(name);
      evicted++;
    }
    const counted = this.#cache.getMetrics().evictions - evictionsBefore;
    // What has expired and nobody came across yet may be evicted, too.
    expect(counted).toBeGreaterThanOrEqual(evicted);
    if (refused || this.#config.evictionPolicy === 'none') expect(counted).toBe(0);
  }

  #compare(): void {
    const { maxSize = 0, maxMemory = Number.POSITIVE_INFINITY, evictionPolicy } = this.#config;
    const metrics = this.#cache.getMetrics();
    const { itemCount, memoryUsage, pinned } = metrics;
    expect(this.#cache.sync.keys('*').sort()).toEqual([...this.#entries.keys()].sort());
    expect(this.#added - metrics.deletes - metrics.evictions - metrics.expirations).toBe(itemCount);
    expect(metrics).toMatchObject({ sets: this.#sets });
    expect(metrics.hits + metrics.misses).toBe(this.#reads);
    const entries = [...this.#entries.values()];
    const pinnedHere = entries.filter((entry) => entry.pinned).length;
    const bytes = [...this.#entries]
      .map(([name, { value }]) =>
        typeof value === 'string' ? stringEntryBytes(name, value) : hashEntryBytes(name, value),
      )
      .reduce((sum, one) => sum + one, 0);
    // Entries that have expired count until they are come across.
    const unseen = itemCount - entries.length;
    expect(pinned - pinnedHere).toBeGreaterThanOrEqual(0);
    expect(pinned - pinnedHere).toBeLessThanOrEqual(unseen);
    if (unseen === 0) expect(memoryUsage).toBe(bytes);
    else expect(memoryUsage).toBeGreaterThan(bytes);
    if (evictionPolicy === 'none') expect(memoryUsage).toBeLessThanOrEqual(maxMemory);
    else expect(itemCount).toBeLessThanOrEqual(Math.max(maxSize, pinned + 1));
    // Beyond it there is nothing but pinned entries and the one that was written last.
    if (memoryUsage > maxMemory) expect(itemCount).toBeLessThanOrEqual(pinned + 1);
  }

  /** What can be seen of the entries without using one. */
  #seen(): Record<string, unknown> {
    const { sync } = this.#cache;
    const names = sync.keys('*').sort();
    return Object.fromEntries(names.map((name) => [name, [sync.type(name), sync.pttl(name)]]));
  }
}
