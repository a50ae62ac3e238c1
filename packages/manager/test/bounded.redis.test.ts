import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { freePort } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager } from '../src/index.js';

const KEYS = 5000;
const MB = 2 ** 20;
const MOST_GROWTH = 15 * MB;
const MAX_SIZE = 6000;
const MAX_RECORDS = 20_000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

let cache: CacheManager;

beforeEach(async () => {
  cache = new CacheManager({
    redis: `redis://127.0.0.1:${await freePort()}`,
    criticalKeys: ['session:*'],
    failoverTimeout: 500,
    memoryCacheConfig: { maxSize: MAX_SIZE },
    maxPendingRecords: MAX_RECORDS,
    logger: quiet,
  });
  await cache.initialize();
  expect(cache.getCurrentProvider()).toBe('memory');
});

afterEach(() => cache.disconnect());

/** One write in every way, over the same keys again and again. */
function write(i: number): Promise<unknown> {
  const n = i % KEYS;
  const name = n % 2 === 0 ? `session:${n}` : `page:${n}`;
  switch (n % 5) {
    case 0:
      return cache.incr(name);
    case 1:
      return cache.hset(name, `field${i % 7}`, `value ${i}`);
    case 2:
      return i % 3 === 0 ? cache.del(name) : cache.set(name, `value ${i}`, 60_000);
    case 3:
      return cache.hincrby(name, `field${i % 7}`, 1);
    default:
      return cache.set(name, `value ${i}`);
  }
}

async function writes(from: number, to: number, one: (i: number) => Promise<unknown>) {
  for (let i = from; i < to; i += 1000) {
    await Promise.all(Array.from({ length: 1000 }, (_, j) => one(i + j)));
  }
}

function heap(): number {
  gc();
  return process.memoryUsage().heapUsed;
}

describe('the longest outage', () => {
  it('takes no more memory for a million writes over 5,000 keys than for the first of them', async () => {
    await writes(0, 100_000, write);
    const before = heap();
    await writes(100_000, 1_000_000, write);
    expect(heap() - before).toBeLessThan(MOST_GROWTH);
    expect(cache.getSyncStats()).toMatchObject({ pending: KEYS, dropped: 0 });
  }, 120_000);

  it('takes no more than its limits for half a million keys, and counts what it gives up', async () => {
    const one = (i: number) => cache.set(`other:${i}`, `value ${i}`);
    await writes(0, KEYS, write);
    await writes(0, 100_000, one);
    const before = heap();
    await writes(100_000, 500_000, one);
    expect(heap() - before).toBeLessThan(MOST_GROWTH);
    // What still has to be brought back is never evicted; there are half as many critical keys as keys.
    expect(cache.getMemoryCacheMetrics().itemCount).toBeLessThanOrEqual(MAX_SIZE + KEYS / 2);
    const { pending, dropped } = cache.getSyncStats();
    // As many records again are kept without their values, so that no older form reappears.
    expect(pending).toBeLessThanOrEqual(2 * MAX_RECORDS);
    expect(dropped).toBeGreaterThan(0);
  }, 120_000);
});
