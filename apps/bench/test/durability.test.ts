import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRun } from '../src/durability/kill-run.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = fileURLToPath(new URL('../dist/durability/writer-main.js', import.meta.url));
/** Long, so that neither a slow disk nor a busy machine takes more than is left of it after half. */
const FLUSH_INTERVAL = 1000;
const LONGEST_LIFE = 1500;
const folder = mkdtempSync(path.join(tmpdir(), 'cachefb-durability-'));

beforeAll(async () => {
  const turbo = path.join(root, 'node_modules', '.bin', 'turbo');
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/bench'];
  await promisify(execFile)(turbo, args, { cwd: root }).catch((error: { stdout: string }) => {
    throw new Error(`the writers could not be built:\n${error.stdout}`);
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// `pnpm --filter @cachefb/bench run durability` kills more often.
describe('a process killed with -9 while it writes to an LmdbStore', () => {
  it.each([
    ['strict', 'nothing that was acknowledged', 20, undefined],
    ['relaxed', 'nothing older than flushInterval', 20, undefined],
    [
      'relaxed',
      'nothing older than flushInterval, encrypted',
      5,
      'a secret of thirty-two bytes or more',
    ],
  ] as const)(
    '%s, loses %s, and leaves no transaction half done',
    async (durability, name, kills, encryptionKey) => {
      const task = {
        path: path.join(folder, name),
        durability,
        flushInterval: FLUSH_INTERVAL,
        writers: 6,
        encryptionKey,
      };
      const reports = [];
      for (let i = 0; i < kills; i++) {
        reports.push(await killRun(task, (LONGEST_LIFE * (i + Math.random())) / kills, program));
      }
      expect(reports.flatMap(({ torn }) => torn)).toEqual([]);
      expect(reports.filter(({ broken }) => broken > 0)).toEqual([]);
      expect(reports.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(
        kills,
      );
    },
    120_000,
  );
});
