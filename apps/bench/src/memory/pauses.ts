import { PerformanceObserver } from 'node:perf_hooks';
import { InMemoryCache } from '@cachefb/memory';
import { table } from '../harness/table.js';
import { ProcessorWait } from './processor-wait.js';

const MILLION = 1_000_000;
/** An operation this long, milliseconds, is looked at closely. */
const LONG = 1;
/** Operations after which it is looked how long the thread had to wait for a processor. */
const LOOK = 4096;

/**
 * How long single operations take at a million entries, and the stalls of a bare Map beside. Pauses of the garbage
 * collector are shown apart; time in which others had the processor does not count.
 */
export async function pauses(): Promise<void> {
  const collections = new Collections();
  const rows: string[][] = [];
  const keys = Array.from({ length: MILLION }, (_, i) => `key:${i}`);

  rows.push(await measure('nothing at all', collections, () => undefined));
  const cache = new InMemoryCache({ maxSize: MILLION, cleanupInterval: 20 });
  rows.push(await measure('fill', collections, (i) => void cache.sync.set(keys[i]!, 'v')));
  rows.push(
    await measure('get', collections, (i) => void cache.sync.get(keys[(i * 7919) % MILLION]!)),
  );
  rows.push(
    await measure('set, evicting', collections, (i) => void cache.sync.set(`new:${i}`, 'v')),
  );
  const end = performance.now() + 8000;
  for (let i = 0; i < MILLION; i++) {
    cache.sync.pexpire(`new:${i}`, Math.max(1, Math.floor(end - performance.now())));
  }
  rows.push(await measureSweep('all expire at once', collections, cache, end));
  await cache.disconnect();
  const map = new Map<string, string>();
  rows.push(await measure('a bare Map: fill', collections, (i) => void map.set(keys[i]!, 'v')));
  console.log(
    '\nPauses at a million entries: longest times, ms; where the garbage collector ran apart\n',
  );
  console.log(table(['', 'p99.99', 'longest', 'over 1 ms', 'with GC: over 1 ms', 'longest'], rows));
}

/** Times each of a million operations. */
async function measure(
  name: string,
  collections: Collections,
  operation: (i: number) => void,
): Promise<string[]> {
  const times = new Float64Array(MILLION);
  const starts = new Float64Array(MILLION);
  const ends = new Float64Array(MILLION);
  const waits = new ProcessorWait();
  for (let i = 0; i < MILLION; i++) {
    const start = performance.now();
    operation(i);
    const time = performance.now() - start;
    starts[i] = start;
    ends[i] = start + time;
    times[i] = time;
    if (time > LONG) times[i] = Math.max(0, time - waits.since());
    else if (i % LOOK === 0) waits.since();
  }
  return row(name, starts, ends, times, await collections.settled());
}

/** Times how long the event loop is held up while a million entries are swept. */
async function measureSweep(
  name: string,
  collections: Collections,
  cache: InMemoryCache,
  expiry: number,
): Promise<string[]> {
  while (performance.now() < expiry) await new Promise((resolve) => setTimeout(resolve, 5));
  const times: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const waits = new ProcessorWait();
  let last = performance.now();
  while (cache.size() > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    const time = performance.now() - last;
    starts.push(last);
    ends.push(last + time);
    times.push(time > LONG ? Math.max(0, time - waits.since()) : time);
    last = performance.now();
  }
  return row(
    name,
    Float64Array.from(starts),
    Float64Array.from(ends),
    Float64Array.from(times),
    await collections.settled(),
  );
}

function row(
  name: string,
  starts: Float64Array,
  ends: Float64Array,
  times: Float64Array,
  collected: (start: number, end: number) => boolean,
): string[] {
  const alone: number[] = [];
  const withGc: number[] = [];
  times.forEach((time, i) => {
    const isLong = ends[i]! - starts[i]! > LONG && collected(starts[i]!, ends[i]!);
    (isLong ? withGc : alone).push(time);
  });
  alone.sort((a, b) => a - b);
  return [
    name,
    (alone[Math.floor(alone.length * 0.9999)] ?? 0).toFixed(3),
    (alone.at(-1) ?? 0).toFixed(2),
    String(alone.filter((time) => time > LONG).length),
    String(withGc.length),
    withGc.reduce((longest, time) => Math.max(longest, time), 0).toFixed(1),
  ];
}

/** When the garbage collector ran. */
class Collections {
  #entries: { start: number; end: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      this.#entries.push({ start: startTime, end: startTime + duration });
    }
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Whether a collection fell into a span of time, of those seen since the last question. */
  async settled(): Promise<(start: number, end: number) => boolean> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const entries = this.#entries;
    this.#entries = [];
    return (start, end) => entries.some((entry) => entry.start < end && entry.end > start);
  }
}
