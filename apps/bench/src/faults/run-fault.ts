import { sleep, waitFor } from '@cachefb/testkit';
import { watchUncaught } from '../harness/watch-uncaught.js';
import type { BackendName } from './backends.js';
import { Caller } from './caller.js';
import { brokenPromises } from './check.js';
import { brokenInMemory } from './check-cache.js';
import type { Fault } from './fault.js';
import { Promises } from './promises.js';
import type { FaultReport } from './report.js';
import { FAILOVER_TIMEOUT, Stage } from './stage.js';
import { Tally } from './tally.js';
import { leaveUntouched } from './untouched.js';

/** How a fault is run. */
export interface RunOptions {
  /** The client under the manager's Redis. @defaultValue `'ioredis'` */
  readonly backend?: BackendName;
  /** @defaultValue `50` */
  readonly callers?: number;
  /** How long all is well before the fault, milliseconds. @defaultValue `1000` */
  readonly before?: number;
  /** How long a fault lasts that does not say so itself, milliseconds. @defaultValue `3000` */
  readonly lasts?: number;
  /** How long Redis may take to answer again, milliseconds. @defaultValue `30000` */
  readonly patience?: number;
}

/** By how much the slowest call may exceed `failoverTimeout`, milliseconds. */
const GRACE = 100;
/** Rounds of every caller before a fault. */
const ROUNDS_BEFORE = 3;
/** How long all is well after the fault, milliseconds. */
const AFTER = 500;

/** Makes one fault under callers, ends it, waits until all is well, and checks every promise. */
export async function runFault(fault: Fault, options: RunOptions = {}): Promise<FaultReport> {
  const {
    backend = 'ioredis',
    callers = 50,
    before = 1000,
    lasts = 3000,
    patience = 30_000,
  } = options;
  const uncaught = watchUncaught();
  const stage = await Stage.set(fault, backend);
  const promises = new Promises();
  const tally = new Tally();
  const problems: string[] = [];
  const changes: { readonly at: number; readonly reason?: string }[] = [];
  const { cache } = stage;
  cache.on('failover', ({ reason }) => changes.push({ at: performance.now(), reason }));
  cache.on('recovery', () => changes.push({ at: performance.now() }));
  try {
    await fault.prepare?.(stage);
    for (let caller = 0; caller < callers; caller++) await leaveUntouched(stage, caller);
    await cache.initialize();
    if (cache.getCurrentProvider() !== 'redis') problems.push('Redis did not answer at the start');

    let goesOn = true;
    tally.lag.start();
    const all = Array.from(
      { length: callers },
      (_, index) => new Caller(index, cache, promises, tally),
    );
    const calling = Promise.all(all.map((caller) => caller.run(() => goesOn)));
    await sleep(before);
    await waitFor(() => all.every(({ rounds }) => rounds >= ROUNDS_BEFORE), {
      timeout: patience,
      message: 'every caller has begun',
    });
    const injected = performance.now();
    await fault.inject(stage);
    const ended = performance.now();
    await sleep(fault.lasts ?? lasts);
    await fault.heal?.(stage);
    const over = fault.heal === undefined ? ended : performance.now();
    if (!fault.expect.forGood) {
      await waitFor(() => cache.getCurrentProvider() === 'redis' && !cache.getSyncStats().pending, {
        timeout: patience,
        message: 'Redis answers again, and everything is brought back',
      }).catch((error: Error) =>
        problems.push(`${error.message} ${JSON.stringify(cache.getHealthStatus())}`),
      );
    }
    await sleep(AFTER);
    goesOn = false;
    await calling;
    tally.lag.stop();

    const { ambiguous, totalSynced, invalidated } = cache.getSyncStats();
    const { emptied = false, forGood = false } = fault.expect;
    const broken = forGood
      ? await brokenInMemory(cache, promises)
      : await brokenPromises(await stage.redis(), promises, { callers, ambiguous, emptied });
    broken.push(...tally.broken);
    const limit = (fault.failoverTimeout ?? FAILOVER_TIMEOUT) + GRACE;
    const rejected = [...tally.rejected.values()].reduce((sum, count) => sum + count, 0);
    const left = changes.find(({ reason }) => reason !== undefined);
    const came = changes.findLast(({ reason }) => reason === undefined);
    for (const [message, count] of tally.rejected) problems.push(`rejected ${count} ×: ${message}`);
    if (tally.slowest > limit) {
      problems.push(`${tally.slowestCall} took ${tally.slowest.toFixed(0)} of ${limit} ms`);
    }
    const synced = totalSynced + invalidated;
    if (fault.expect.provider === 'redis' && synced > 0) {
      problems.push(`memory answered for Redis: ${synced} records were brought back`);
    }
    problems.push(...broken, ...unexpected(fault, changes), ...uncaught.seen);
    return {
      name: fault.name,
      calls: tally.calls,
      rejected,
      slowest: tally.slowest,
      limit,
      away: left && left.at - injected,
      back: came && came.at - over,
      changes: changes.length,
      synced,
      ambiguous,
      lost: broken.length,
      uncaught: uncaught.seen.length,
      problems,
    };
  } finally {
    await stage.strike();
    uncaught.stop();
  }
}

function unexpected({ expect }: Fault, changes: readonly { readonly reason?: string }[]): string[] {
  const { provider, writesOnly = false, mostChanges } = expect;
  const problems: string[] = [];
  const [first] = changes;
  if (provider === 'memory' && first === undefined) problems.push('memory never took over');
  if (provider === 'redis' && first !== undefined) problems.push('memory took over');
  if (writesOnly && first?.reason !== 'writes-refused') {
    problems.push(`memory took over for the reason ${first?.reason}`);
  }
  if (mostChanges !== undefined && changes.length > mostChanges) {
    problems.push(`the provider changed ${changes.length} times, more than ${mostChanges}`);
  }
  return problems;
}
