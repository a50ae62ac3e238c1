import { InMemoryCache } from '@cachefb/memory';
import { LRUCache } from 'lru-cache';
import { heapInUse } from '../harness/heap-in-use.js';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { table } from '../harness/table.js';

const ENTRIES = 500_000;
const HOUR = 3_600_000;

type Store = { set(key: string, value: string, ttl?: number): unknown; get(key: string): unknown };

/** Bytes for each entry beside its key and value, and what an operation costs as a cache grows. */
export async function footprint(): Promise<void> {
  const keys = Array.from({ length: ENTRIES }, (_, i) => `user:${String(i).padStart(11, '0')}`);
  console.log(`\nBytes per entry, ${ENTRIES / 1000}k entries of 16-byte keys and a shared value\n`);
  console.log(
    table(
      ['', 'bytes', 'goal'],
      [
        ['cachefb', bytes(() => memoryCache(ENTRIES), keys), '70'],
        ['cachefb, with TTL', bytes(() => memoryCache(ENTRIES), keys, HOUR), '80'],
        ['lru-cache', bytes(() => lruCache(0), keys), ''],
        ['lru-cache, with TTL', bytes(() => lruCache(HOUR), keys), ''],
        ['Map', bytes(() => new Map(), keys), ''],
      ],
    ),
  );
  console.log('\nEstimated bytes (memoryUsage) against the heap\n');
  console.log(table(['', 'estimated', 'measured', 'off by'], estimates()));
  console.log('\nGrowth: µs for a set of a new key and for a get, and × a bare Map\n');
  console.log(table(['entries', 'set', '× Map', 'get', '× Map'], growth()));
}

function memoryCache(maxSize: number): Store {
  return new InMemoryCache({ maxSize }).sync;
}

function lruCache(ttl: number): Store {
  const cache = new LRUCache<string, string>({ max: ENTRIES, ttl });
  return { set: (key, value) => cache.set(key, value), get: (key) => cache.get(key) };
}

function bytes(create: () => Store, keys: readonly string[], ttl?: number): string {
  const before = heapInUse();
  const cache = create();
  for (const key of keys) ttl === undefined ? cache.set(key, 'v') : cache.set(key, 'v', ttl);
  const after = heapInUse();
  return ((after - before) / keys.length + (cache.get(keys[0]!) === 'v' ? 0 : Number.NaN)).toFixed(
    1,
  );
}

function estimates(): string[][] {
  const rows: string[][] = [];
  for (const size of [10, 100, 1000, 10_000]) {
    const count = size < 1000 ? 20_000 : 2000;
    for (const fields of [0, 5]) {
      const before = heapInUse();
      const cache = new InMemoryCache({ maxSize: count });
      for (let i = 0; i < count; i++) {
        const key = flat(`user:${i}`);
        if (fields === 0) cache.sync.set(key, text(i, size));
        for (let f = 0; f < fields; f++)
          cache.sync.hset(key, flat(`f${i}:${f}`), text(f, size / fields));
      }
      const measured = heapInUse() - before;
      const estimated = cache.getMetrics().memoryUsage;
      const what =
        fields === 0 ? `strings of ${size} bytes` : `hashes of ${fields} fields, ${size} bytes`;
      const off = `${((100 * (estimated - measured)) / measured).toFixed(0)} %`;
      rows.push([what, estimated.toLocaleString('en'), measured.toLocaleString('en'), off]);
    }
  }
  return rows;
}

function growth(): string[][] {
  return [1000, 10_000, 100_000, 1_000_000].map((count) => {
    const keys = Array.from({ length: count }, (_, i) => flat(`user:${i}`));
    const rounds = Math.max(1, Math.floor(1_000_000 / count));
    const ours = timings(() => memoryCache(count), keys, rounds);
    const map = timings(() => new Map(), keys, rounds);
    return [
      count.toLocaleString('en'),
      ours.set.toFixed(3),
      (ours.set / map.set).toFixed(1),
      ours.get.toFixed(3),
      (ours.get / map.get).toFixed(1),
    ];
  });
}

function timings(create: () => Store, keys: readonly string[], rounds: number) {
  let set = 0;
  let get = 0;
  for (let round = 0; round < rounds; round++) {
    const cache = create();
    const start = mainThreadCpu();
    for (const key of keys) cache.set(key, 'v');
    const middle = mainThreadCpu();
    let found = 0;
    for (const key of keys) if (cache.get(key) === 'v') found++;
    set += middle - start;
    get += mainThreadCpu() - middle;
    if (found !== keys.length) throw new Error('entries were lost');
  }
  return { set: set / rounds / keys.length, get: get / rounds / keys.length };
}

function text(seed: number, length: number): string {
  return flat(String(seed).padEnd(length, 'x').slice(0, length));
}

function flat(value: string): string {
  return Buffer.from(value, 'latin1').toString('latin1');
}
