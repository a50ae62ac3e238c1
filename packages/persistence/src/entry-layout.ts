import { createHash } from 'node:crypto';
import type { StoredEntry } from '@cachefb/core';
import type { Cipher } from './cipher.js';

/** Keys up to this many UTF-16 units are never longer than the 1978 bytes that LMDB takes for a name. */
const LONGEST_PLAIN = 600;
const LENGTH_BYTES = 4;

/**
 * How an entry lies in the database. A key of ordinary length is its own name. One that is empty or long, and every
 * one in an encrypted store, is found by a digest, and stands with the value.
 */
export class EntryLayout {
  readonly #cipher: Cipher | undefined;

  constructor(cipher: Cipher | undefined) {
    this.#cipher = cipher;
  }

  /** Whether a key is its own name. */
  isPlain(key: string): boolean {
    return this.#cipher === undefined && key.length > 0 && key.length <= LONGEST_PLAIN;
  }

  /** The name of a key that is not its own. */
  digest(key: string): Buffer {
    return this.#cipher?.name(key) ?? createHash('sha256').update(key).digest();
  }

  /** What is stored under a digest. */
  wrap({ key, value }: StoredEntry, digest: Buffer): Buffer {
    const keyBytes = Buffer.from(key);
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32LE(keyBytes.length);
    const content = Buffer.concat([length, keyBytes, value]);
    return this.#cipher?.seal(content, digest) ?? content;
  }

  /** Reads what was wrapped; `undefined` if it is damaged. */
  unwrap(stored: Uint8Array, digest: Buffer): StoredEntry | undefined {
    const content =
      this.#cipher === undefined ? Buffer.from(stored) : this.#cipher.open(stored, digest);
    if (content === undefined || content.length < LENGTH_BYTES) return undefined;
    const end = LENGTH_BYTES + content.readUInt32LE();
    if (end > content.length) return undefined;
    return { key: content.toString('utf8', LENGTH_BYTES, end), value: content.subarray(end) };
  }
}
