import { InMemoryCache } from '@cachefb/memory';
import { LRUCache } from 'lru-cache';
import { LRUCache as MnemonistCache } from 'mnemonist';
import QuickLRU from 'quick-lru';
import { lru } from 'tiny-lru';

/** A cache in the process, as the benchmarks use it: created for a capacity, used by two expressions. */
export interface Rival {
  readonly name: string;
  /** A cache of `capacity` entries; `ttl` in milliseconds, 0 for none. `undefined` if it has no TTL. */
  create(capacity: number, ttl: number): object | undefined;
  /** JavaScript over `cache` and `key`, and `value`, `ttl` where they are needed. */
  readonly get: string;
  readonly set: string;
  /** As `set`, with a TTL, where that is written differently. */
  readonly setFor?: string;
}

/** A Map, given the least that makes it a bounded cache: entries leave in the order in which they came. */
class BareMap extends Map<string, unknown> {
  readonly #queue: string[];
  #next = 0;

  constructor(capacity: number) {
    super();
    this.#queue = new Array(capacity).fill('');
  }

  add(key: string, value: unknown): void {
    if (this.has(key)) {
      this.set(key, value);
      return;
    }
    this.delete(this.#queue[this.#next]!);
    this.#queue[this.#next] = key;
    this.#next = (this.#next + 1) % this.#queue.length;
    this.set(key, value);
  }
}

/** The cache that goals are given in multiples of. */
export const BASE = 'lru-cache';
export const OURS = 'cachefb';
const MAP = 'Map';
/** lru-cache as exact about TTLs as ours. */
export const EXACT = 'lru-cache, exact';

export const RIVALS: readonly Rival[] = [
  {
    name: OURS,
    create: (maxSize) => new InMemoryCache({ maxSize }).sync,
    get: 'cache.get(key)',
    set: 'cache.set(key, value)',
    setFor: 'cache.set(key, value, ttl)',
  },
  {
    name: BASE,
    create: (max, ttl) => new LRUCache({ max, ttl }),
    get: 'cache.get(key)',
    set: 'cache.set(key, value)',
  },
  {
    // By default lru-cache reads the clock no more until a timer fires, which in a loop as long as these is never: its
    // entries do not end while it runs. This one reads it at every `get`.
    name: EXACT,
    create: (max, ttl) => (ttl === 0 ? undefined : new LRUCache({ max, ttl, ttlResolution: 0 })),
    get: 'cache.get(key)',
    set: 'cache.set(key, value)',
  },
  {
    name: 'quick-lru',
    create: (maxSize, ttl) => new QuickLRU(ttl === 0 ? { maxSize } : { maxSize, maxAge: ttl }),
    get: 'cache.get(key)',
    set: 'cache.set(key, value)',
  },
  {
    name: 'tiny-lru',
    create: (max, ttl) => lru(max, ttl),
    get: 'cache.get(key)',
    set: 'cache.set(key, value)',
  },
  {
    name: 'mnemonist',
    create: (capacity, ttl) => (ttl === 0 ? new MnemonistCache(capacity) : undefined),
    get: 'cache.get(key)',
    set: 'cache.set(key, value)',
  },
  {
    name: MAP,
    create: (capacity) => new BareMap(capacity),
    get: 'cache.get(key)',
    set: 'cache.add(key, value)',
    setFor: 'cache.add(key, { value, end: Date.now() + ttl })',
  },
];

/** What reads from a cache; a bare Map has to look at the end that is kept beside the value. */
export function readOf({ name, get }: Rival, ttl: number): string {
  return name === MAP && ttl > 0
    ? '((e) => (e.end > Date.now() ? e.value : undefined))(cache.get(key))'
    : get;
}
