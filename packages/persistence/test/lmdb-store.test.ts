import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigurationError, silentLogger } from '@cachefb/core';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { LmdbStore, type LmdbStoreOptions } from '../src/index.js';
import { contentOf } from './content-of.js';
import { tempFolder } from './temp-folder.js';

const one = { key: 'a', value: Buffer.from('1') };

describe('the options of a store', () => {
  it.each<[string, unknown]>([
    ['path', undefined],
    ['path', ''],
    ['path', 'a\0b'],
    ['durability', 'eventual'],
    ['flushInterval', 0],
    ['flushInterval', '100'],
    ['logger', {}],
    ['flushinterval', 100],
  ])('are refused if %s is %j', (option, value) => {
    const make = () => new LmdbStore({ path: 'p', [option]: value } as LmdbStoreOptions);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ option, value }));
  });

  it('never show a secret that is too short', () => {
    for (const encryptionKey of ['much-too-short', Buffer.from('much-too-short'), 5 as never]) {
      const make = () => new LmdbStore({ path: 'p', encryptionKey });
      expect(make).toThrow(/encryptionKey: expected at least 32 bytes/);
      expect(make).not.toThrow(/much/);
    }
  });
});

describe('the files of a store', () => {
  it('can be read by their owner only', async () => {
    const folder = path.join(tempFolder(), 'deep', 'store');
    const store = new LmdbStore({ path: folder });
    await store.write([one]);
    const mode = (name: string) => statSync(path.join(folder, name)).mode & 0o777;
    const files = () => readdirSync(folder).map((name) => [name, mode(name)]);
    expect(mode('.')).toBe(0o700);
    expect(new Set(files().map(([, bits]) => bits))).toEqual(new Set([0o600]));
    await store.close();
    expect(new Set(files().map(([, bits]) => bits))).toEqual(new Set([0o600]));
  });

  it('stay bounded however much is written and deleted', async () => {
    const folder = tempFolder();
    const store = new LmdbStore({ path: folder, durability: 'strict' });
    const data = path.join(folder, 'data.mdb');
    for (let round = 0; round < 150; round++) {
      await store.write(
        Array.from({ length: 200 }, (_, i) => ({
          key: `${round}:${i}`,
          value: Buffer.alloc(50 + ((round * 31 + i) % 900), round),
        })),
      );
      await store.delete(Array.from({ length: 200 }, (_, i) => `${round - 1}:${i}`));
    }
    expect((await contentOf(store)).size).toBe(200);
    // About 15 MB went through it, 0.1 MB is there.
    expect(statSync(data).size).toBeLessThan(4 * 1024 * 1024);
    await store.close();
  });
});

describe('a folder', () => {
  it('serves one store at a time; the other is told so, and has its turn after a close', async () => {
    const folder = tempFolder();
    const first = new LmdbStore({ path: folder });
    const second = new LmdbStore({ path: folder });
    await first.write([one]);
    for (const call of [() => contentOf(second), () => second.write([one])]) {
      await expect(call()).rejects.toMatchObject({ code: 'STORE_IN_USE' });
    }
    await first.close();
    expect((await contentOf(second)).size).toBe(1);
    await second.close();
  });

  it.each([
    ['is a file', (file: string) => file],
    ['lies below a file', (file: string) => path.join(file, 'store')],
    ['cannot be made', () => '/proc/cachefb/store'],
  ])('that %s is an error that names it and says what to do', async (_, at) => {
    const file = path.join(tempFolder(), 'file');
    writeFileSync(file, '');
    const store = new LmdbStore({ path: at(file) });
    await expect(store.write([one])).rejects.toMatchObject({
      code: 'STORE_NOT_WRITABLE',
      message: expect.stringContaining(`${at(file)}: there cannot be a folder: use another path`),
    });
    await store.close();
  });

  it('can be mended, and the same store works', async () => {
    const folder = path.join(tempFolder(), 'store');
    const store = new LmdbStore({ path: folder });
    const other = new LmdbStore({ path: folder });
    await other.write([one]);
    await expect(store.write([one])).rejects.toMatchObject({ code: 'STORE_IN_USE' });
    await other.close();
    await store.write([{ key: 'b', value: Buffer.from('2') }]);
    expect((await contentOf(store)).size).toBe(2);
    await store.close();
  });
});

describe('a store of a newer format', () => {
  it('is refused by an error that says so, and not changed', async () => {
    const folder = tempFolder();
    const store = new LmdbStore({ path: folder, logger: silentLogger });
    await store.write([one]);
    await store.close();
    const setFormat = async (format: number) => {
      const root = open({
        path: path.join(folder, 'data.mdb'),
        noSubdir: true,
        overlappingSync: false,
      });
      root.openDB('format', { encoding: 'json' }).putSync('format', { format });
      await root.close();
    };
    await setFormat(2);
    await expect(contentOf(store)).rejects.toMatchObject({
      code: 'STORE_FORMAT',
      message: expect.stringMatching(/data\.mdb has format 2.*reads up to 1: update/),
    });
    await setFormat(1);
    expect(await contentOf(store)).toEqual(new Map([[one.key, one.value]]));
    await store.close();
  });
});
