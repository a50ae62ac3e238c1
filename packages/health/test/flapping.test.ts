import { CacheUnavailableError } from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { HealthMonitor } from '../src/index.js';
import { Answers } from './answers.js';

const refused = new CacheUnavailableError('connect ECONNREFUSED');
const WELL = { writable: true };

/** A small generator, so that each run is the same. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Lets a server be away and there again in turn, under commands every 5 ms; counts the changes of the verdict. */
async function flap(flaps: number, away: number, there: number, seed: number) {
  const clock = new FakeClock();
  const server = new Answers();
  const monitor = new HealthMonitor({ probe: server.ask, clock, random: seeded(seed) });
  let changes = 0;
  monitor.on('up', () => changes++);
  monitor.on('down', () => changes++);
  server.say(WELL);
  await monitor.start();
  const work = async (ms: number, report: () => void) => {
    for (let done = 0; done < ms; done += 5) {
      if (monitor.verdict === 'up') report();
      await clock.advance(5);
    }
  };
  for (let flapped = 0; flapped < flaps; flapped++) {
    server.fail(refused);
    await work(away, () => monitor.failed(refused));
    server.say(WELL);
    await work(there, () => monitor.succeeded());
  }
  const ended = clock.now();
  while (monitor.verdict === 'down') await clock.advance(10);
  const recovery = clock.now() - ended;
  return { changes, recovery, relapses: monitor.status.relapses };
}

describe('a backend that flaps', () => {
  it('every 250 ms changes the verdict twice: down with the first flap, up after the last', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { changes, recovery } = await flap(12, 250, 250, seed);
      expect(changes).toBeLessThanOrEqual(4);
      expect(recovery).toBeLessThan(5000);
    }
  });

  it('more slowly changes it clearly less often than it flaps', async () => {
    for (const there of [500, 1000, 2000, 4000]) {
      const { changes, recovery } = await flap(20, 500, there, 7);
      expect(changes).toBeLessThanOrEqual(20);
      expect(recovery).toBeLessThan(15_500);
    }
  });

  it('is forgiven when it has stayed up', async () => {
    const { relapses } = await flap(6, 500, 2000, 3);
    expect(relapses).toBeGreaterThan(0);
    const calm = await flap(6, 500, 60_000, 3);
    expect(calm.relapses).toBe(0);
    expect(calm.changes).toBe(12);
  });
});
