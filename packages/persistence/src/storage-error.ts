import { CacheError } from '@cachefb/core';

interface Trouble {
  readonly code: string;
  readonly advice: string;
}

const FULL: Trouble = {
  code: 'STORE_FULL',
  advice: 'there is no space: free some, and later writes work again',
};
const NOT_WRITABLE: Trouble = {
  code: 'STORE_NOT_WRITABLE',
  advice: 'it cannot be written: give the process the right to, or use another folder',
};
const NO_FOLDER: Trouble = {
  code: 'STORE_NOT_WRITABLE',
  advice: 'there cannot be a folder: use another path',
};
const FAILED: Trouble = { code: 'STORE_FAILED', advice: 'the disk failed: see the cause' };

const TROUBLES: Readonly<Record<string, Trouble>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  MDB_MAP_FULL: FULL,
  EROFS: NOT_WRITABLE,
  EACCES: NOT_WRITABLE,
  EPERM: NOT_WRITABLE,
  ENOENT: NO_FOLDER,
  ENOTDIR: NO_FOLDER,
  EEXIST: NO_FOLDER,
};

/** What the file system or LMDB said as an error that names the folder and what to do. A `CacheError` stays as it is. */
export function storageError(folder: string, cause: unknown): CacheError {
  if (cause instanceof CacheError) return cause;
  const { code, advice } = TROUBLES[(cause as NodeJS.ErrnoException).code ?? ''] ?? FAILED;
  const said = cause instanceof Error ? cause.message : String(cause);
  return new CacheError(code, `the store at ${folder}: ${advice} (${said})`, { cause });
}
