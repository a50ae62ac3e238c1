import { describe, expect, it } from 'vitest';
import type { Fault } from '../src/faults/fault.js';
import { FAULTS } from '../src/faults/list/all.js';
import { markdownTable } from '../src/faults/report.js';
import { runFault } from '../src/faults/run-fault.js';

/** A few of the matrix that tell most for their time; `pnpm --filter bench run faults` runs all of it. */
const SAMPLE = [
  'killed, back empty',
  'a reset, latency 200 ms',
  'READONLY',
  'black hole during the sync',
  'the event loop stands still for 2 s',
];

function faultNamed(name: string): Fault {
  const fault = FAULTS.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`there is no fault ${name}`);
  return fault;
}

describe('50 callers', () => {
  for (const name of SAMPLE) {
    it(`lose nothing and wait no longer than they must: ${name}`, async () => {
      const report = await runFault(faultNamed(name), { before: 500, lasts: 1500 });
      expect(report.problems).toEqual([]);
      expect(report).toMatchObject({ rejected: 0, lost: 0, uncaught: 0 });
      expect(report.slowest).toBeLessThan(report.limit);
      expect(report.calls).toBeGreaterThan(500);
    }, 60_000);
  }
});

it('the table has a row for each fault', () => {
  expect(markdownTable([]).split('\n')).toHaveLength(2);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});
