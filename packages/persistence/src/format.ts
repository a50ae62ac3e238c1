import { randomBytes } from 'node:crypto';
import { CacheError } from '@cachefb/core';
import type { RootDatabase } from 'lmdb';
import { Cipher } from './cipher.js';

/** What is written about a store in the store. */
interface Format {
  readonly format: number;
  /** Of an encrypted store; base64. */
  readonly encryption?: { readonly salt: string; readonly proof: string } | undefined;
}

const FORMAT = 1;
const SALT_BYTES = 32;
const NAME = 'format';

/**
 * Reads what a store says about itself, or writes it into a new one. Answers the cipher of an encrypted store.
 *
 * @throws CacheError with code `STORE_FORMAT` if a newer version wrote it, `STORE_KEY` if it is encrypted with another
 * secret, or encrypted and there is none, or the other way round.
 */
export function openFormat(
  root: RootDatabase,
  secret: Uint8Array | undefined,
  file: string,
): Cipher | undefined {
  const table = root.openDB<Format, string>('format', { encoding: 'json' });
  const found = table.get(NAME);
  if (found === undefined) {
    const salt = randomBytes(SALT_BYTES);
    const cipher = secret && new Cipher(secret, salt);
    const encryption = cipher && {
      salt: salt.toString('base64'),
      proof: cipher.proof.toString('base64'),
    };
    table.putSync(NAME, { format: FORMAT, encryption });
    return cipher;
  }
  if (found.format > FORMAT) {
    throw new CacheError(
      'STORE_FORMAT',
      `${file} has format ${found.format}, and this version reads up to ${FORMAT}: update @cachefb/persistence, ` +
        'or use another folder',
    );
  }
  return cipherOf(found, secret, file);
}

function cipherOf(
  { encryption }: Format,
  secret: Uint8Array | undefined,
  file: string,
): Cipher | undefined {
  if (encryption === undefined) {
    if (secret === undefined) return undefined;
    throw keyError(file, 'is not encrypted: leave encryptionKey out, or use another folder');
  }
  if (secret === undefined) throw keyError(file, 'is encrypted: pass its encryptionKey');
  const cipher = new Cipher(secret, Buffer.from(encryption.salt, 'base64'));
  if (cipher.proves(Buffer.from(encryption.proof, 'base64'))) return cipher;
  throw keyError(file, 'is encrypted with another encryptionKey; nothing in it was changed');
}

function keyError(file: string, what: string): CacheError {
  return new CacheError('STORE_KEY', `${file} ${what}`);
}
