import {
  ConfigurationError,
  type Durability,
  integerOption,
  type Logger,
  objectOption,
  optionsObject,
  warningLogger,
  wordOption,
} from '@cachefb/core';

/** Options of `LmdbStore`. */
export interface LmdbStoreOptions {
  /**
   * The folder, made if it is not there. It belongs to one store of one process at a time, and should not be on a
   * network file system.
   */
  readonly path: string;
  /**
   * `'relaxed'`: a write is acknowledged at once, and on disk within `flushInterval`. `'strict'`: it is acknowledged
   * when it is on disk; writes that come together share a commit.
   * @defaultValue `'relaxed'`
   */
  readonly durability?: Durability | undefined;
  /**
   * Milliseconds of acknowledged writes that a crash may lose when `'relaxed'`. Half of them is for gathering, half for
   * the commit; a disk that takes longer for a commit adds what it takes.
   * @defaultValue `100`
   */
  readonly flushInterval?: number | undefined;
  /**
   * A secret of at least 32 bytes, text or binary: what is on disk is encrypted (AES-256-GCM), keys too. The key
   * itself is derived from it.
   * @defaultValue none
   */
  readonly encryptionKey?: string | Uint8Array | undefined;
  /**
   * Told when the disk fails and recovers, and of damaged files and entries.
   * @defaultValue warnings of the process
   */
  readonly logger?: Logger | undefined;
}

/** Checked {@link LmdbStoreOptions}. */
export interface LmdbStoreSettings {
  readonly path: string;
  readonly durability: Durability;
  readonly flushInterval: number;
  readonly secret: Uint8Array | undefined;
  readonly logger: Logger;
}

/**
 * Milliseconds for which changes are gathered, by the user of a store and again by the store. The rest of
 * `flushInterval` is for the commit.
 */
export function gatheringTime({ durability, flushInterval }: LmdbStoreSettings): number {
  return durability === 'strict' ? 0 : Math.floor(flushInterval / 4);
}

const NAMES: readonly (keyof LmdbStoreOptions)[] = [
  'path',
  'durability',
  'flushInterval',
  'encryptionKey',
  'logger',
];
const SECRET_BYTES = 32;
const MINUTE = 60_000;

/** Checks options and fills in the defaults. */
export function readOptions(options: LmdbStoreOptions): LmdbStoreSettings {
  const given = optionsObject<LmdbStoreOptions>('', options, NAMES);
  if (typeof given.path !== 'string' || given.path === '' || given.path.includes('\0')) {
    throw new ConfigurationError('path', given.path, 'the path of a folder');
  }
  return {
    path: given.path,
    durability: wordOption('durability', given.durability, 'relaxed', ['relaxed', 'strict']),
    flushInterval: integerOption('flushInterval', given.flushInterval, 100, {
      min: 1,
      max: MINUTE,
    }),
    secret: secretOf(given.encryptionKey),
    logger:
      objectOption('logger', given.logger, ['debug', 'info', 'warn', 'error']) ?? warningLogger,
  };
}

/** The error shows no more of a secret than its size. */
function secretOf(key: unknown): Uint8Array | undefined {
  if (key === undefined) return undefined;
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  if (bytes instanceof Uint8Array && bytes.length >= SECRET_BYTES) return Uint8Array.from(bytes);
  const shown = bytes instanceof Uint8Array ? `${bytes.length} bytes` : typeof key;
  throw new ConfigurationError(
    'encryptionKey',
    shown,
    'at least 32 bytes, as a string or Uint8Array',
  );
}
