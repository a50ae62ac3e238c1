import { storeSuite } from '@cachefb/testkit';
import { describe, it } from 'vitest';
import { LmdbStore, type LmdbStoreOptions } from '../src/index.js';
import { makeFolder, removeFolder } from './temp-folder.js';

const KINDS: Readonly<Record<string, Omit<LmdbStoreOptions, 'path'>>> = {
  relaxed: {},
  strict: { durability: 'strict' },
  'relaxed, encrypted': { encryptionKey: 'a secret of at least thirty-two bytes' },
  'strict, encrypted': { durability: 'strict', encryptionKey: new Uint8Array(32).fill(9) },
};

/** The suite of stores with every kind of `LmdbStore`. */
export function suitesOf(where: string, runs: number): void {
  for (const [name, options] of Object.entries(KINDS)) {
    storeSuite(
      { describe, it },
      {
        name: `on LMDB ${where}, ${name}`,
        runs,
        create: async () => {
          const path = makeFolder();
          return {
            open: () => new LmdbStore({ path, ...options }),
            dispose: () => removeFolder(path),
          };
        },
      },
    );
  }
}
