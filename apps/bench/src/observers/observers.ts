import { tracingChannel } from 'node:diagnostics_channel';
import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { race } from '../harness/race.js';
import { median, medianRatio } from '../harness/statistics.js';
import { table } from '../harness/table.js';

const COMMANDS = tracingChannel('cachefb:command');
const ALONE = 'nobody listens';
const LEFT = 'nobody any more';
const HEARD = 'a listener that does nothing';
const ASKED = 'asking alone';
const OPERATIONS = 200_000;

/** What a command costs while nobody observes it, and while somebody does; on a primary in memory, where little hides it. */
export async function observers(rounds: number): Promise<void> {
  const [alone, listened] = await Promise.all([manager(), manager()]);
  const { start, asyncEnd } = COMMANDS;
  const nothing = () => {};
  const clock = mainThreadCpu;
  // Before anybody has ever listened: a channel is of another kind then.
  const before = await race([{ name: ALONE, run: () => gets(alone) }], {
    operations: OPERATIONS,
    rounds,
    clock,
  });
  const contestants = [
    { name: LEFT, run: () => gets(alone) },
    {
      name: HEARD,
      run: async () => {
        start.subscribe(nothing);
        asyncEnd.subscribe(nothing);
        await gets(listened);
        start.unsubscribe(nothing);
        asyncEnd.unsubscribe(nothing);
      },
    },
    { name: ASKED, run: ask },
  ];
  const laps = new Map([
    ...before,
    ...(await race(contestants, { operations: OPERATIONS, rounds, clock })),
  ]);
  const of = (name: string) => laps.get(name) ?? [];
  const rows = [...laps.keys()].map((name) => [
    name,
    median(of(name)).toFixed(3),
    medianRatio(of(name), of(ALONE)).toFixed(2),
  ]);
  console.log(`\nObservers: a get, µs of main-thread CPU, medians of ${rounds} rounds`);
  console.log(`\n${table(['', 'µs', `× ${ALONE}`], rows)}`);
  await Promise.all([alone.disconnect(), listened.disconnect()]);
}

async function manager(): Promise<CacheManager> {
  const cache = new CacheManager({ redis: new InMemoryCache(), logger: silentLogger });
  await cache.initialize();
  await cache.set('k', 'x'.repeat(100));
  return cache;
}

async function gets(cache: CacheManager): Promise<void> {
  for (let i = 0; i < OPERATIONS; i++) await cache.get('k');
}

/** The question that a command begins with, and nothing else. */
function ask(): void {
  const { start, end, asyncStart, asyncEnd, error } = COMMANDS;
  let heard = 0;
  for (let i = 0; i < OPERATIONS; i++) {
    const isHeard =
      start.hasSubscribers ||
      asyncEnd.hasSubscribers ||
      error.hasSubscribers ||
      end.hasSubscribers ||
      asyncStart.hasSubscribers;
    if (isHeard) heard++;
  }
  if (heard > 0) throw new Error('somebody listens');
}
