import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { DISTURBANCES } from '../src/histories/disturbances.js';
import { describePlan, planOf } from '../src/histories/plan.js';
import { runHistory } from '../src/histories/run-history.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const worker = fileURLToPath(new URL('../dist/histories/worker-main.js', import.meta.url));

/** Each has its own seed in every test run; `pnpm --filter bench run histories` runs as many as one likes. */
const FRESH = 3;

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf(1)).toEqual(planOf(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => describePlan(planOf(seed)))).size).toBe(5);
  });

  it('disturbs the server in one way at a time', () => {
    for (let seed = 0; seed < 500; seed++) {
      const list = planOf(seed).disturbances.filter(
        ({ name }) => DISTURBANCES[name]?.where === 'server',
      );
      for (const [i, { from }] of list.entries()) {
        expect(from).toBeGreaterThan(list[i - 1]?.to ?? 0);
      }
    }
  });

  it('leaves nothing out', () => {
    const plans = Array.from({ length: 500 }, (_, seed) => planOf(seed));
    const names = new Set(plans.flatMap((plan) => plan.disturbances.map(({ name }) => name)));
    expect(names).toEqual(new Set(Object.keys(DISTURBANCES)));
    expect(new Set(plans.map(({ processes }) => processes))).toEqual(new Set([1, 2, 3]));
    expect(new Set(plans.map(({ onConflict }) => onConflict)).size).toBe(3);
  });
});

describe('the history of several processes whose Redis fails', () => {
  beforeAll(async () => {
    const turbo = fileURLToPath(new URL('../../../node_modules/.bin/turbo', import.meta.url));
    const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/bench...'];
    await promisify(execFile)(turbo, args, { cwd: root }).catch((error: { stdout: string }) => {
      throw new Error(`the workers could not be built:\n${error.stdout}`);
    });
  }, 120_000);

  for (let i = 0; i < FRESH; i++) {
    const seed = Math.floor(Math.random() * 1e9);
    it(`breaks no promise: seed ${seed}`, async () => {
      const { problems, commands, plan, events } = await runHistory(seed, worker);
      const about = `seed ${seed}: ${describePlan(plan)}\n${events.join('\n')}`;
      expect(problems, about).toEqual([]);
      expect(commands).toBeGreaterThan(500);
    }, 120_000);
  }
});
