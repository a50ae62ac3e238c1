// A process with a manager and a store, of which each writer makes one step after the other while Redis is away, and says
// so when it is acknowledged; until it is killed.
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { LmdbStore } from '@cachefb/persistence';
import { waitFor } from '@cachefb/testkit';
import { printNow } from '../print-now.js';
import { formatLine, type Line, type ManagerTask } from './protocol.js';
import { look, make } from './steps.js';

/** Milliseconds. */
const PATIENCE = 120_000;
const COMPARING_TIME = 500;

const { url, path, durability, flushInterval, steps, act } = JSON.parse(
  process.argv[2] ?? '',
) as ManagerTask;
const cache = new CacheManager({
  redis: url,
  store: new LmdbStore({ path, durability, flushInterval, logger: silentLogger }),
  criticalKeys: ['*'],
  failoverTimeout: PATIENCE,
  logger: silentLogger,
});
await cache.initialize();
await waitFor(() => cache.getSyncStats().persistence?.loaded === true, { timeout: PATIENCE });
if (act === 'settle') {
  print({ started: process.pid });
  await waitFor(
    () => cache.getCurrentProvider() === 'redis' && cache.getSyncStats().pending === 0,
    { timeout: PATIENCE },
  );
}
const found = await Promise.all(steps.map((_, writer) => look(cache, writer)));
print({ found });
if (act === 'write') {
  await Promise.all(steps.map((first, writer) => write(writer, first)));
  await sleep(PATIENCE);
}
print({ ended: cache.getSyncStats() });
// Copies are compared with Redis, which may hold more than what was promised.
await sleep(COMPARING_TIME);
await cache.disconnect();

/** What Redis carries out itself is in Redis: only what memory answers depends on the store. */
async function write(writer: number, first: number): Promise<void> {
  for (let step = first; !cache.getHealthStatus().isHealthy; step++) {
    await make(cache, writer, step);
    print({ made: [writer, step, performance.now()] });
    await sleep(Math.random() * 3);
  }
}

function print(line: Line): void {
  printNow(formatLine(line));
}
