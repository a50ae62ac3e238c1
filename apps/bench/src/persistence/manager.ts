import { setImmediate as nextTurn } from 'node:timers/promises';
import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { LmdbStore, type LmdbStoreOptions } from '@cachefb/persistence';
import { freePort } from '@cachefb/testkit';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { addedCosts, signed } from './added-costs.js';
import { inFolder } from './in-folder.js';

const WRITES = 100_000;
const PER_TURN = 100;
const ROUNDS = 25;
const VALUE = 'x'.repeat(100);
const CALLERS = 50;
const SECONDS = 3;
const MILLION = 1_000_000;

type StoreOptions = Omit<LmdbStoreOptions, 'path' | 'logger'>;

/** What a store adds to a manager whose Redis is away. */
export async function managerCosts(): Promise<void> {
  for (const keys of [1000, 10_000, WRITES]) await compare('critical:', keys);
  await compare('other:', 10_000);
  console.log(`manager, strict, ${CALLERS} callers: ${Math.round(await strictRate())} sets/s`);
  await loadMillion();
}

async function compare(prefix: string, keys: number): Promise<void> {
  const [without, [added]] = await addedCosts(ROUNDS, () => writeCost(prefix, keys, undefined), [
    () => inFolder((path) => writeCost(prefix, keys, { path })),
  ]);
  console.log(
    `manager, set over ${keys} keys ${prefix}*, µs of main-thread CPU: ` +
      `${without.toFixed(2)} without a store, ${signed(added!)} relaxed`,
  );
}

/** Per write, everything included until it is on disk. */
async function writeCost(
  prefix: string,
  keys: number,
  store: LmdbStoreOptions | undefined,
): Promise<number> {
  const cache = await withoutRedis(store && new LmdbStore(store), WRITES);
  const names = Array.from({ length: keys }, (_, i) => `${prefix}${i}`);
  const begin = mainThreadCpu();
  for (let i = 0; i < WRITES; i++) {
    await cache.set(names[i % keys] as string, VALUE);
    if (i % PER_TURN === 0) await nextTurn();
  }
  await cache.disconnect();
  return (mainThreadCpu() - begin) / WRITES;
}

function strictRate(options: StoreOptions = { durability: 'strict' }): Promise<number> {
  return inFolder(async (path) => {
    const cache = await withoutRedis(new LmdbStore({ ...options, path }), WRITES);
    const end = performance.now() + SECONDS * 1000;
    let sets = 0;
    const caller = async (id: number) => {
      for (; performance.now() < end; sets++) await cache.set(`critical:${id}`, VALUE);
    };
    await Promise.all(Array.from({ length: CALLERS }, (_, id) => caller(id)));
    await cache.disconnect();
    return sets / SECONDS;
  });
}

function loadMillion(): Promise<void> {
  return inFolder(async (path) => {
    const first = await withoutRedis(new LmdbStore({ path }), MILLION);
    for (let i = 0; i < MILLION; i++) {
      await first.set(`critical:${i}`, VALUE);
      if (i % PER_TURN === 0) await nextTurn();
    }
    await first.disconnect();
    let steps = 0;
    const begin = performance.now();
    const next = await withoutRedis(new LmdbStore({ path }), MILLION, () => steps++);
    const seconds = (performance.now() - begin) / 1000;
    const { restored } = next.getSyncStats().persistence ?? {};
    const served = await next.get(`critical:${MILLION - 1}`);
    await next.disconnect();
    console.log(
      `manager, load of ${restored} changes: ${seconds.toFixed(2)} s, progress told ${steps} times, ` +
        `${served === VALUE ? 'served from memory' : 'NOT served'}`,
    );
  });
}

async function withoutRedis(
  store: LmdbStore | undefined,
  keys: number,
  onLoadProgress?: () => void,
): Promise<CacheManager> {
  const cache = new CacheManager({
    redis: `redis://127.0.0.1:${await freePort()}`,
    criticalKeys: ['critical:*'],
    memoryCacheConfig: { maxSize: keys },
    maxPendingRecords: keys,
    failoverTimeout: 60_000,
    logger: silentLogger,
    ...(store && { store }),
    ...(onLoadProgress && { onLoadProgress }),
  });
  await cache.initialize();
  return cache;
}
