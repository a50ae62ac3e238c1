import { InMemoryCache } from '@cachefb/memory';
import { Operations } from './operations.js';
import type { Timings } from './recurring.js';

/** One round of the pauses, in a process of its own: whatever happens to a process for the first time happens in each. */

const MILLION = 1_000_000;
/** Milliseconds from the first entry's TTL to the moment at which all of them expire, and to the sweep. */
const LIFE = 8000;
const SWEEP = 9000;

process.send?.(await round(new Operations()));
process.disconnect?.();

async function round(operations: Operations): Promise<Timings[]> {
  const keys = Array.from({ length: MILLION }, (_, i) => `key:${i}`);
  const rows = [await operations.each('nothing at all', MILLION, () => undefined)];
  const each = async (name: string, operation: (i: number) => void, count = MILLION) =>
    void rows.push(await operations.each(name, count, operation));

  const { sync } = new InMemoryCache({ maxSize: MILLION, cleanupInterval: 0 });
  await each('fill', (i) => sync.set(keys[i]!, 'v'));
  await each('get', (i) => sync.get(keys[(i * 7919) % MILLION]!));
  await each('set, evicting', (i) => sync.set(`new:${i}`, 'v'));
  await each('flushall', () => sync.flushall(), 1);

  const cache = new InMemoryCache({ maxSize: MILLION, cleanupInterval: SWEEP });
  const end = performance.now() + LIFE;
  await each('fill, with TTL', (i) =>
    cache.sync.set(keys[i]!, 'v', Math.max(1, Math.floor(end - performance.now()))),
  );
  while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  rows.push(await operations.turns('all expire at once', () => cache.size()));
  await cache.disconnect();

  const growing = new InMemoryCache({ evictionPolicy: 'none', cleanupInterval: 0 }).sync;
  await each("'none': fill, growing", (i) => growing.set(keys[i]!, 'v'));
  const pair: [string[], string[]] = [[], []];
  await each('two bare arrays: fill', (i) => pair[1].push(String(pair[0].push(keys[i]!))));
  const map = new Map<string, string>();
  await each('a bare Map: fill', (i) => map.set(keys[i]!, 'v'));
  return rows;
}
