import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from './temp-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const home = fileURLToPath(new URL('..', import.meta.url));

beforeAll(async () => {
  const turbo = path.join(root, 'node_modules', '.bin', 'turbo');
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/persistence'];
  await run(turbo, args, { cwd: root });
}, 120_000);

/** Writes until the system refuses to let the file grow, then has the limit lifted and goes on. */
const program = (options: object) => `
  import { execFileSync } from 'node:child_process';
  import { LmdbStore } from '@cachefb/persistence';
  const logged = [];
  const logger = { debug() {}, info: () => logged.push('info'), warn() {}, error: () => logged.push('error') };
  const store = new LmdbStore({ ...${JSON.stringify(options)}, logger });
  const write = (i) => store.write([{ key: 'key:' + i, value: Buffer.alloc(1000, 1) }]);
  let written = 0;
  let error;
  while (error === undefined && written < 20_000) {
    await write(written).then(() => written++, (reason) => { error = reason; });
    if (written % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const again = await write(written).then(() => undefined, (reason) => reason);
  execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited']);
  await write(written++);
  await write(written++);
  const { pending, failures, lastError } = store.stats;
  await store.close();
  let loaded = 0;
  for await (const { value } of store.load()) if (value.length === 1000) loaded++;
  await store.close();
  console.log(JSON.stringify({
    codes: [error?.code, again?.code], message: error?.message, failures, lastError: lastError ?? null, logged,
    missing: written - loaded, hasPending: pending > 1,
  }));
`;

describe('a disk without space', () => {
  it.each(['strict', 'relaxed'] as const)(
    'is an error that says so; nothing acknowledged is lost, and writes work again when there is space (%s)',
    async (durability) => {
      const folder = path.join(tempFolder(), 'store');
      const code = program({ path: folder, durability, flushInterval: 10 });
      const { stdout } = await run(
        'bash',
        ['-c', 'ulimit -S -f 3000; exec "$0" --input-type=module -e "$1"', process.execPath, code],
        { cwd: home },
      );
      expect(JSON.parse(stdout)).toEqual({
        codes: ['STORE_FULL', 'STORE_FULL'],
        message: expect.stringMatching(new RegExp(`${folder}: there is no space: free some`)),
        failures: 1,
        lastError: null,
        logged: ['error', 'info'],
        missing: 0,
        hasPending: false,
      });
    },
  );
});
