import { statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InMemoryCache } from '@cachefb/memory';
import { LmdbStore, type LmdbStoreOptions } from '@cachefb/persistence';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { addedCosts, signed } from './added-costs.js';
import { inFolder } from './in-folder.js';

const WRITES = 200_000;
const PER_TURN = 100;
const ROUNDS = 9;
const VALUE = 'x'.repeat(100);
const CALLERS = 50;
const MILLION = 1_000_000;
const SECRET = 'a secret of thirty-two bytes or more';

/** What a store adds to a cache in memory, and loading. */
export async function memoryCosts(): Promise<void> {
  for (const keys of [1000, 10_000, WRITES]) {
    const [without, [relaxed, encrypted]] = await addedCosts(ROUNDS, writeCost(keys), [
      writeCost(keys, {}),
      writeCost(keys, { encryptionKey: SECRET }),
    ]);
    console.log(
      `set over ${keys} keys, µs of main-thread CPU: ${without.toFixed(2)} in memory, ` +
        `${signed(relaxed!)} relaxed, ${signed(encrypted!)} relaxed and encrypted`,
    );
  }
  console.log(`strict, ${CALLERS} callers: ${Math.round(await strictRate())} sets/s`);
  await load({});
  await load({ encryptionKey: SECRET });
}

/** Measures what a write costs, everything included until it is on disk. */
function writeCost(keys: number, options?: Omit<LmdbStoreOptions, 'path'>): () => Promise<number> {
  return () => inFolder((folder) => writeOnce(keys, options && { ...options, path: folder }));
}

async function writeOnce(keys: number, options: LmdbStoreOptions | undefined): Promise<number> {
  const cache = new InMemoryCache({
    maxSize: WRITES,
    ...(options && { persistCriticalData: true, store: new LmdbStore(options) }),
  });
  await cache.connect();
  const names = Array.from({ length: keys }, (_, i) => `critical:${i}`);
  const begin = mainThreadCpu();
  for (let i = 0; i < WRITES; i++) {
    await cache.set(names[i % keys]!, VALUE);
    if (i % PER_TURN === 0) await nextTurn();
  }
  await cache.disconnect();
  return (mainThreadCpu() - begin) / WRITES;
}

function strictRate(): Promise<number> {
  return inFolder(async (folder) => {
    const store = new LmdbStore({ path: folder, durability: 'strict' });
    const cache = new InMemoryCache({ persistCriticalData: true, store });
    await cache.connect();
    const end = performance.now() + 3000;
    let sets = 0;
    const caller = async (id: number) => {
      for (; performance.now() < end; sets++) await cache.set(`critical:${id}`, VALUE);
    };
    await Promise.all(Array.from({ length: CALLERS }, (_, id) => caller(id)));
    await cache.disconnect();
    return sets / 3;
  });
}

function load(options: Omit<LmdbStoreOptions, 'path'>): Promise<void> {
  return inFolder(async (folder) => {
    const settings = { ...options, path: folder };
    const first = new LmdbStore(settings);
    for (let i = 0; i < MILLION; i += 1000) {
      await first.write(
        Array.from({ length: 1000 }, (_, j) => ({
          key: `critical:${i + j}`,
          value: Buffer.alloc(100, 'x'),
        })),
      );
    }
    await first.close();
    const size = statSync(path.join(folder, 'data.mdb')).size;
    const turns: number[] = [];
    let last = performance.now();
    const begin = last;
    const turn = setInterval(() => {
      turns.push(performance.now() - last - 1);
      last = performance.now();
    }, 1);
    const store = new LmdbStore(settings);
    let loaded = 0;
    for await (const _ of store.load()) loaded++;
    const seconds = (performance.now() - begin) / 1000;
    clearInterval(turn);
    await store.close();
    turns.sort((a, b) => a - b);
    const at = (share: number) => (turns[Math.floor(turns.length * share)] ?? 0).toFixed(1);
    console.log(
      `load of ${loaded} entries${options.encryptionKey ? ', encrypted' : ''}: ${seconds.toFixed(2)} s ` +
        `(${(size / 1e6).toFixed(0)} MB), the event loop late by ${at(0.5)} ms (median), ${at(0.99)} ms (p99)`,
    );
  });
}
