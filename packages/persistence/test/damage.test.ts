import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentLogger } from '@cachefb/core';
import { describe, expect, it, vi } from 'vitest';
import { LmdbStore } from '../src/index.js';
import { contentOf } from './content-of.js';
import { tempFolder } from './temp-folder.js';

const PAGE = 4096;
const TOTAL = 2000;

async function filled(): Promise<{ folder: string; file: string }> {
  const folder = tempFolder();
  const store = new LmdbStore({ path: folder });
  await store.write(
    Array.from({ length: TOTAL }, (_, i) => ({
      key: `key:${i}`,
      value: Buffer.from(`value:${i}`),
    })),
  );
  await store.close();
  return { folder, file: path.join(folder, 'data.mdb') };
}

/** Changes bytes in place. */
function damage(file: string, change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(file);
  change(bytes);
  writeFileSync(file, bytes);
}

describe('a damaged file', () => {
  it.each<[string, (file: string) => void]>([
    ['is cut short', (file) => truncateSync(file, 5 * PAGE)],
    ['is cut to a few bytes', (file) => truncateSync(file, 10)],
    ['is garbage', (file) => damage(file, (bytes) => bytes.fill('garbage'))],
    ['has garbage in its tree', (file) => damage(file, (bytes) => bytes.fill(0xa5, 3 * PAGE))],
    ['has lost all but its head', (file) => damage(file, (bytes) => bytes.fill(0, 2 * PAGE))],
  ])('that %s is moved aside, logged and counted, and the store works', async (_, change) => {
    const { folder, file } = await filled();
    change(file);
    const size = statSync(file).size;
    const logger = { ...silentLogger, error: vi.fn() };
    const store = new LmdbStore({ path: folder, logger });
    expect((await contentOf(store)).size).toBe(0);
    expect(store.stats.damagedFiles).toBe(1);
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('damaged'),
      expect.objectContaining({ path: file, movedTo: `${file}.damaged` }),
    );
    expect(statSync(`${file}.damaged`).size).toBe(size);
    await store.write([{ key: 'a', value: Buffer.from('1') }]);
    await store.close();
    expect((await contentOf(store)).size).toBe(1);
    expect(store.stats.damagedFiles).toBe(1);
    await store.close();
  });

  it.each<[string, (file: string) => void]>([
    ['is empty', (file) => truncateSync(file, 0)],
    ['is gone', (file) => rmSync(file)],
  ])('that %s though it was not when it was closed is logged and counted', async (_, change) => {
    const { folder, file } = await filled();
    change(file);
    const logger = { ...silentLogger, error: vi.fn() };
    const store = new LmdbStore({ path: folder, logger });
    expect((await contentOf(store)).size).toBe(0);
    expect(store.stats.damagedFiles).toBe(1);
    expect(logger.error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('empty or gone'), {
      path: file,
    });
    await store.close();
    expect((await contentOf(store)).size).toBe(0);
    expect(store.stats.damagedFiles).toBe(1);
    await store.close();
  });

  it('with a changed value loses that entry only, and says so', async () => {
    const { folder, file } = await filled();
    damage(file, (bytes) => {
      const name = bytes.indexOf('value:777');
      bytes[name + 2] = 0x2a;
    });
    const logger = { ...silentLogger, error: vi.fn() };
    const store = new LmdbStore({ path: folder, logger });
    const found = await contentOf(store);
    expect(found.size).toBe(TOTAL - 1);
    expect(found.has('key:777')).toBe(false);
    expect(store.stats).toMatchObject({ damagedEntries: 1, damagedFiles: 0 });
    expect(logger.error).toHaveBeenCalledTimes(1);
    await store.close();
  });

  it('is looked for after a crash, and not after a close', async () => {
    const { folder, file } = await filled();
    const mark = path.join(folder, 'closed');
    expect(existsSync(mark)).toBe(true);
    const store = new LmdbStore({ path: folder });
    await contentOf(store);
    expect(existsSync(mark)).toBe(false);
    await store.close();
    expect(readFileSync(mark, 'utf8')).toContain(`${statSync(file).size}`);
  });
});
