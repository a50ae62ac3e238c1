import { afterEach, expect, it } from 'vitest';
import { contestantNamed } from '../src/rivals/contestants/all.js';
import { Load } from '../src/rivals/load.js';
import { OUTAGES } from '../src/rivals/outages.js';
import type { Player } from '../src/rivals/player.js';
import { runOutage } from '../src/rivals/run-outage.js';

const refused = OUTAGES.find(({ name }) => name === 'refused')!;
let launched: Player | undefined;

afterEach(() => launched?.close());

/** In this process: the command gives each a process of its own. */
async function run(name: string, lasts: number) {
  const contestant = contestantNamed(name);
  return runOutage(contestant, refused, {
    lasts,
    launch: async (port) => {
      launched = new Load(await contestant.open(port));
      return launched;
    },
  });
}

it('cachefb keeps every promise over an outage in which Redis refuses', async () => {
  const { player, back, sets, resurrected, counted, newer, stale } = await run('cachefb', 1200);
  const { commands, rejected, late } = player.outage;
  expect(commands).toBeGreaterThan(200);
  expect({ rejected, late }).toEqual({ rejected: 0, late: 0 });
  expect(player.right).toBe(player.reads);
  expect(player.set.length).toBeGreaterThan(50);
  expect(sets).toEqual({ kept: player.set.length, older: 0, gone: 0 });
  expect(player.deleted.length).toBeGreaterThan(5);
  expect(resurrected).toBe(0);
  expect(counted).toBeLessThanOrEqual(player.counted);
  expect(counted).toBeGreaterThanOrEqual(player.counted - player.ambiguous);
  expect({ newer, stale }).toEqual({ newer: { overwritten: 0, gone: 0 }, stale: 0 });
  expect(back).toBeGreaterThan(0);
}, 60_000);

it('a client that queues shows as what it is: late, and over newer values', async () => {
  const { player, sets, newer } = await run('ioredis', 1500);
  expect(player.outage.late).toBeGreaterThan(10);
  expect(player.acknowledged).toEqual({ set: 0, del: 0, count: 0 });
  expect(sets.kept).toBe(player.set.length);
  expect(newer.overwritten).toBe(50);
}, 60_000);
