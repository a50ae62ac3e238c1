import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../src/durability/manager/ledger.js';
import { Trial } from '../src/durability/manager/trial.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = fileURLToPath(
  new URL('../dist/durability/manager/process-main.js', import.meta.url),
);
const folder = mkdtempSync(path.join(tmpdir(), 'cachefb-durability-manager-'));

beforeAll(async () => {
  const turbo = path.join(root, 'node_modules', '.bin', 'turbo');
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/bench'];
  await promisify(execFile)(turbo, args, { cwd: root }).catch((error: { stdout: string }) => {
    throw new Error(`the processes could not be built:\n${error.stdout}`);
  });
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// `pnpm --filter @cachefb/bench run durability` kills more often.
describe('processes with a manager, killed with -9 during an outage and while it ends', () => {
  it.each(['strict', 'relaxed'] as const)(
    '%s: what is promised is served by the next one and reaches Redis, once',
    async (durability) => {
      const trial = await Trial.start({
        path: path.join(folder, durability),
        durability,
        // Long, so that neither a slow disk nor a busy machine takes more than is left of it after half.
        flushInterval: 1000,
        writers: 4,
        longestLife: 1200,
        program,
      });
      try {
        for (let i = 0; i < 2; i++) await trial.cycle();
        expect(trial.report.problems).toEqual([]);
        expect(trial.report).toMatchObject({ kills: 8, settled: 2 });
        expect(trial.report.acknowledged).toBeGreaterThan(20);
      } finally {
        await trial.close();
      }
    },
    240_000,
  );
});

describe('the ledger', () => {
  const nothing = { count: 0, value: 0, fieldCount: 0, fieldValue: 0, fleeting: 0 };
  const all = (last: number) =>
    Array.from({ length: last }, (_, index) => ({ step: index + 1, promised: true }));
  /** After the steps 1 to 7: set, field-count, leave, field-set, count, remove, count. */
  const full = { count: 2, value: 1, fieldCount: 1, fieldValue: 4, fleeting: 0 };

  it('accepts what was made, with or without the step under way', () => {
    const ledger = new Ledger();
    ledger.made(all(7));
    expect(ledger.next).toBe(9);
    expect(ledger.find({ ...full, value: 8 }, false)).toEqual([]);
    expect(ledger.find({ ...full, value: 8 }, true)).toEqual([]);
  });

  it.each([
    ['a lost increment', { count: 1 }],
    ['an increment made twice', { count: 3 }],
    ['a lost value', { value: 0 }],
    ['a field that nobody set', { fieldValue: 11 }],
    ['a field counted twice', { fieldCount: 2 }],
    ['a key that came back', { fleeting: 3 }],
  ])('finds %s', (_, cells) => {
    const ledger = new Ledger();
    ledger.made(all(7));
    expect(ledger.find({ ...full, ...cells }, false)).toHaveLength(1);
  });

  it('lets what was not promised be lost, or turn up in Redis later', () => {
    const lost = new Ledger();
    lost.made(all(7).map(({ step }) => ({ step, promised: false })));
    expect(lost.find(nothing, false)).toEqual([]);
    expect(lost.find(full, true)).toEqual([]);
    expect(lost.find(nothing, true)).not.toEqual([]);
  });
});
