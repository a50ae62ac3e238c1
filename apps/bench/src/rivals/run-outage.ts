import { RedisServer, sleep, TcpProxy, waitFor } from '@cachefb/testkit';
import type { Contestant } from './contestants/contestant.js';
import { during, newer, SHARED } from './keys.js';
import type { Outage } from './outages.js';
import type { Player, PlayReport } from './player.js';
import { Stored } from './stored.js';

/** What came of one outage for one contestant. */
export interface OutageReport {
  readonly player: PlayReport;
  /** From the return of Redis to the first write in it, milliseconds; `undefined` if there was none. */
  readonly back: number | undefined;
  /** What Redis holds at the keys that the contestant set. */
  readonly sets: { readonly kept: number; readonly older: number; readonly gone: number };
  /** Keys that were deleted and are there. */
  readonly resurrected: number;
  /** The sum of all counters. */
  readonly counted: number;
  /** What became of what another process wrote last. */
  readonly newer: { readonly overwritten: number; readonly gone: number };
  /** Keys for which the contestant still answers an older value. */
  readonly stale: number;
}

/** How an outage is run. */
export interface RunOptions {
  /** How long it lasts, milliseconds. @defaultValue `5000` */
  readonly lasts?: number;
  /** Puts a contestant over the Redis at a loopback port. */
  launch(port: number): Promise<Player>;
}

/** How long all is well before, milliseconds. */
const BEFORE = 500;
/** How long the contestant may take until it writes in Redis again, milliseconds. */
const PATIENCE = 10_000;
/** How long all is well after that, milliseconds. */
const AFTER = 1000;

/** Takes Redis away from a contestant under load, gives it back, and compares what it said with what Redis holds. */
export async function runOutage(
  contestant: Contestant,
  outage: Outage,
  { lasts = 5000, launch }: RunOptions,
): Promise<OutageReport> {
  await using server = await RedisServer.start();
  await using proxy = await TcpProxy.start({ target: server });
  const stored = new Stored(contestant, () => server.connect());
  const scene = { server, proxy, writeNewer: () => stored.writeNewer() };
  const player = await launch(outage.viaProxy ? proxy.port : server.port);
  try {
    await player.begin();
    await stored.remember();
    await sleep(BEFORE);

    await outage.begin(scene);
    await player.away();
    await sleep(lasts * 0.2);
    await player.share();
    await sleep(lasts * 0.4);
    await outage.middle?.(scene);
    await sleep(lasts * 0.4);
    await player.back();
    await outage.end(scene);

    const back = await firstWrite(stored);
    await sleep(AFTER);
    return { ...(await judge(await player.finish(), stored)), back };
  } finally {
    await player.close();
    stored.close();
  }
}

async function firstWrite(stored: Stored): Promise<number | undefined> {
  const start = performance.now();
  const atReturn = await stored.counted();
  const isWritten = async () => (await stored.counted()) !== atReturn;
  return waitFor(isWritten, { timeout: PATIENCE }).then(
    () => performance.now() - start,
    () => undefined,
  );
}

async function judge(player: PlayReport, stored: Stored): Promise<Omit<OutageReport, 'back'>> {
  const sets = await stored.values(player.set);
  const kept = sets.filter((value, n) => value === during(player.set[n] as string)).length;
  const gone = sets.filter((value) => value === null).length;
  const shared = await stored.values(SHARED);
  const deleted = await stored.values(player.deleted);
  const isOlder = (value: string | null, n: number) =>
    value !== null && value !== newer(SHARED[n] as string);
  return {
    player,
    sets: { kept, gone, older: sets.length - kept - gone },
    resurrected: deleted.filter((value) => value !== null).length,
    counted: await stored.counted(),
    newer: {
      overwritten: shared.filter(isOlder).length,
      gone: shared.filter((value) => value === null).length,
    },
    stale: player.shared.filter(isOlder).length,
  };
}
