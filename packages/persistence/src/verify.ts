import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';

/** Reads every page in use, and writes once: what LMDB cannot survive, it does not survive here. */
const SCRIPT = `
const { open } = require(process.argv[1]);
const binary = { encoding: 'binary', keyEncoding: 'binary' };
const root = open({ path: process.argv[2], noSubdir: true, maxDbs: 4, overlappingSync: false, permissionsMode: 0o600 });
let bytes = 0;
for (const name of ['entries', 'digests']) {
  const table = root.openDB(name, { ...binary, useVersions: true });
  for (const { value } of table.getRange({ start: Buffer.of(0) })) bytes += value.length;
}
const table = root.openDB('verified', binary);
table.putSync(Buffer.from('at'), Buffer.from(String(Date.now())));
root.close().then(() => process.exit(0));
`;

/** Longer than any store takes. */
const TIMEOUT = 120_000;

/**
 * Tries a file that was not closed, or changed since, in a process of its own, because LMDB trusts its file: a damaged
 * one can end the process that reads it.
 *
 * @returns why it cannot be used, `undefined` if it can, or if no process could be started.
 */
export function whatIsWrong(file: string): Promise<string | undefined> {
  const lmdb = createRequire(import.meta.url).resolve('lmdb');
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['-e', SCRIPT, lmdb, file],
      { env, timeout: TIMEOUT },
      (error, _stdout, stderr) => {
        if (error === null || typeof error.code === 'string') resolve(undefined);
        else
          resolve(error.signal ?? /^.*Error: .*$/m.exec(stderr)?.[0] ?? `exit code ${error.code}`);
      },
    );
  });
}
