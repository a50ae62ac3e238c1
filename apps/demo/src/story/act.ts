import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheManager } from '@cachefb/manager';
import { now } from '../measure/now.js';
import { count, milliseconds, plural, seconds } from '../screen/format.js';
import type { Screen } from '../screen/screen.js';
import type { Shop } from '../shop/shop.js';
import type { Return, Stage } from '../stage/stage.js';
import type { Tills } from '../till/tills.js';
import { nextEvent } from './next-event.js';
import type { Pace } from './pace.js';

/** Everything that an act needs. */
export interface Scene {
  readonly screen: Screen;
  readonly stage: Stage;
  readonly cache: CacheManager;
  readonly shop: Shop;
  readonly tills: Tills;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** One outage. */
export interface Act {
  readonly title: string;
  /** A sentence or two before it. */
  readonly intro: readonly string[];
  /** Milliseconds. */
  readonly outage: number;
  /** What happens while Redis is away. */
  readonly during?: () => Promise<void>;
  readonly comeback?: Return;
  /** What happens when everything is well again. */
  readonly epilogue?: () => Promise<void>;
}

/** How long the cache may take to notice that Redis is gone, or back, milliseconds. */
const NOTICE = 5000;
const RETURN = 30_000;

/** Plays an act; answers how long the shop was without Redis, or `undefined` if Redis was never used again. */
export async function perform(act: Act, scene: Scene): Promise<number | undefined> {
  const { screen, stage, cache, shop, pace, signal } = scene;
  heading(screen, act);
  shop.calls.startLap();
  const failover = nextEvent(cache, 'failover', NOTICE, signal);
  screen.line(`  ${screen.paint('bad', '✗')} ${stage.farewell}`);
  const gone = now();
  await stage.takeAway();
  const noticed = await failover;
  signal.throwIfAborted();
  if (noticed === undefined) screen.line('  The cache has not noticed.');
  else screen.line(`    After ${milliseconds(noticed.at - gone)} memory answers everything.`);
  await act.during?.();
  await sleep(act.outage, undefined, { signal });

  const recovery = nextEvent(cache, 'recovery', RETURN, signal);
  screen.line(`  ${screen.paint('good', '✓')} ${stage.welcome(act.comeback)}`);
  await stage.bringBack(act.comeback);
  const recovered = await recovery;
  signal.throwIfAborted();
  if (recovered === undefined) {
    screen.line(
      screen.paint('bad', `  Redis is back, and after ${seconds(RETURN)} still not used.`),
    );
    return undefined;
  }
  const { downtime, synced, conflicts } = recovered;
  screen.line(
    `  Redis answers again. The shop was without it for ${seconds(downtime)}; ` +
      `${plural(synced, 'change')} brought back, ${plural(conflicts, 'conflict')}.`,
  );
  screen.line(
    `  Slowest call meanwhile: ${milliseconds(shop.calls.slowestOfLap)}. ` +
      `Failed calls: ${count(shop.calls.total.failed)}.`,
  );
  await act.epilogue?.();
  await sleep(pace.calm / 2, undefined, { signal });
  return downtime;
}

/** The title of an act and what it is about. */
export function heading(
  screen: Screen,
  { title, intro }: { readonly title: string; readonly intro: readonly string[] },
): void {
  screen.line();
  screen.line(screen.paint('title', title));
  for (const line of intro) screen.line(line && `  ${line}`);
}
