import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { silentLogger } from '@cachefb/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LmdbStore } from '../src/index.js';
import type * as start from '../src/thread/start-thread.js';
import { contentOf } from './content-of.js';
import { tempFolder } from './temp-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const home = fileURLToPath(new URL('..', import.meta.url));

let worker: Worker | undefined;
vi.mock('../src/thread/start-thread.js', async (original) => {
  const { startThread } = await original<typeof start>();
  return {
    startThread: () => {
      const thread = startThread();
      worker = thread as Worker;
      return thread;
    },
  };
});

beforeAll(async () => {
  const turbo = path.join(root, 'node_modules', '.bin', 'turbo');
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/persistence'];
  await run(turbo, args, { cwd: root });
}, 120_000);

/** Writes a thousand entries in ten batches, and ends without closing the store. */
const program = (folder: string, end: string) => `
  import { LmdbStore } from '@cachefb/persistence';
  const store = new LmdbStore({ path: ${JSON.stringify(folder)} });
  for (let batch = 0; batch < 10; batch++) {
    await store.write(Array.from({ length: 100 }, (_, i) => ({ key: batch + ':' + i, value: Buffer.alloc(100, 1) })));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  }
  ${end}
`;

async function ended(end: string): Promise<number> {
  const folder = tempFolder();
  await run(process.execPath, ['--input-type=module', '-e', program(folder, end)], { cwd: home });
  const store = new LmdbStore({ path: folder });
  const { size } = await contentOf(store);
  await store.close();
  return size;
}

describe('a program without close()', () => {
  it('still has its last changes on disk when it comes to its end', async () => {
    expect(await ended('')).toBe(1000);
  });

  it('can end at once, in the middle of a commit, and leaves whole batches', async () => {
    for (let i = 0; i < 5; i++) expect((await ended('process.exit(0);')) % 100).toBe(0);
  });
});

describe('a thread that ends by itself', () => {
  it('is an error that is logged and counted, and the store goes on with another one', async () => {
    const error = vi.fn();
    const store = new LmdbStore({ path: tempFolder(), logger: { ...silentLogger, error } });
    await store.write([{ key: 'a', value: Buffer.from('1') }]);
    await store.flush();
    await worker?.terminate();
    await vi.waitFor(() => expect(store.stats.failures).toBe(1));
    expect(error).toHaveBeenCalledTimes(1);
    await store.write([{ key: 'b', value: Buffer.from('2') }]);
    expect((await contentOf(store)).size).toBe(2);
    expect(store.stats.lastError).toBe(undefined);
    await store.close();
  });
});
