import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { encodeHistory, runWorkload, type WorkloadReport } from '@cachefb/testkit';
import { watchUncaught } from '../harness/watch-uncaught.js';
import { KEY_GROUPS, type KeyGroup, keyPolicies } from './keys.js';
import {
  type Found,
  monotonicNow,
  type Question,
  READY,
  type WorkerEvent,
  type WorkerReport,
  type WorkerTask,
} from './protocol.js';
import { TimedCache } from './timed-cache.js';

/** Callers for each group of keys, keys of each kind in it, and milliseconds between two commands of a caller. */
const CALLERS = 2;
const KEYS_PER_KIND = 3;
const PAUSE = 8;

const task = JSON.parse(process.argv[2] ?? '') as WorkerTask;
const uncaught = watchUncaught();
const manager = new CacheManager({
  redis: task.url,
  keyPolicies: keyPolicies(task.onConflict),
  failoverTimeout: task.failoverTimeout,
  healthCheckInterval: 500,
  logger: silentLogger,
});
const now = () => task.clockOrigin + monotonicNow();
const events: WorkerEvent[] = [];
const note = (what: string) => events.push({ at: now(), what });
manager.on('failover', ({ reason, error }) => note(`memory: ${reason}: ${error?.message}`));
manager.on('recovery', () => note('redis'));
manager.on('sync:start', () => note('sync'));
manager.on('conflict', ({ key, resolution }) => note(`conflict over ${key}: ${resolution}`));

const cache = new TimedCache(manager, { process: task.name, now });
const stop = new AbortController();
await manager.initialize();
cache.lag.start();
const working = Promise.all(KEY_GROUPS.map((group, index) => work(group, index)));
process.on('message', (question: Question) => void answer(question));
// Whoever started it is gone, or wants nothing more.
process.on('disconnect', () => process.exit());
await say(READY);

function work({ prefix, kinds, own }: KeyGroup, index: number): Promise<WorkloadReport> {
  return runWorkload(cache, {
    seed: task.seed * 31 + index,
    writer: `${task.name}${index}`,
    prefix: own ? `${prefix}${task.name}:` : prefix,
    kinds,
    // Of a hash that is shared each writer has fields of its own.
    sharedFields: own,
    keysPerKind: KEYS_PER_KIND,
    callers: CALLERS,
    pause: PAUSE,
    signal: stop.signal,
  });
}

async function answer(question: Question): Promise<void> {
  switch (question.ask) {
    case 'finish':
      stop.abort();
      await working;
      return say(true);
    case 'settled':
      return say(manager.getCurrentProvider() === 'redis' && manager.getSyncStats().pending === 0);
    case 'look':
      return say(await look(question.keys));
    case 'report':
      await say(await report());
      cache.lag.stop();
      await manager.disconnect();
      process.disconnect();
  }
}

/** Resolves when it is on its way. */
function say(message: unknown): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

async function look(keys: readonly string[]): Promise<Record<string, Found>> {
  const found: Record<string, Found> = {};
  for (const key of keys) {
    const type = await manager.type(key);
    if (type === 'none') found[key] = null;
    else found[key] = type === 'hash' ? await manager.hgetall(key) : await manager.get(key);
  }
  return found;
}

async function report(): Promise<WorkerReport> {
  const reports = await working;
  return {
    history: encodeHistory(cache.history),
    commands: cache.history.length,
    rejected: reports.flatMap(({ rejected }) => rejected.map(({ message }) => message)),
    slowest: cache.slowest,
    events,
    stats: manager.getSyncStats(),
    uncaught: uncaught.seen,
  };
}
