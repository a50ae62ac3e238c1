import { ByteReader, damaged } from './bytes/byte-reader.js';
import type { ByteSink } from './bytes/byte-sink.js';
import { ByteWriter } from './bytes/byte-writer.js';
import { CacheError } from './errors/cache-error.js';
import type { KeyState } from './key-state.js';

/** A state that has bytes: a string or a hash. */
export type StorableState = Extract<KeyState, { readonly type: 'string' | 'hash' }>;

const VERSION = 1;
const STRING = 1;
const HASH = 2;
const WITH_DEADLINE = 0x80;

const writer = new ByteWriter();

/**
 * A state as bytes: the version, the type, the deadline if there is one (a double, little-endian), then the string in
 * UTF-8, or each field and value with its length before it.
 */
export function encodeKeyState(state: StorableState): Uint8Array {
  writeKeyState(writer.begin(), state);
  return writer.take();
}

/** Puts the bytes of {@link encodeKeyState} where others may be before them, and none may come after. */
export function writeKeyState(to: ByteSink, state: StorableState): void {
  const { deadline } = state;
  const type = state.type === 'string' ? STRING : HASH;
  to.byte(VERSION).byte(deadline === null ? type : type | WITH_DEADLINE);
  if (deadline !== null) to.double(deadline);
  if (state.type === 'string') to.rest(state.value);
  else for (const [field, value] of state.fields) to.text(field).text(value);
}

/**
 * Reads what {@link encodeKeyState} wrote.
 *
 * @throws CacheError with code `NEWER_FORMAT` if a newer version wrote it, `DAMAGED` if nobody can have written it.
 */
export function decodeKeyState(encoded: Uint8Array): StorableState {
  const reader = new ByteReader(encoded);
  const version = reader.byte();
  if (version > VERSION) {
    throw new CacheError(
      'NEWER_FORMAT',
      `the state of a key is in format ${version}, this version reads up to ${VERSION}: update cachefb`,
    );
  }
  if (version !== VERSION) throw damaged();
  const kind = reader.byte();
  const deadline = kind & WITH_DEADLINE ? reader.double() : null;
  const type = kind & ~WITH_DEADLINE;
  if (type === STRING) return { type: 'string', value: reader.rest(), deadline };
  if (type === HASH) return { type: 'hash', fields: readFields(reader), deadline };
  throw damaged();
}

function readFields(reader: ByteReader): Map<string, string> {
  const fields = new Map<string, string>();
  do {
    fields.set(reader.text(), reader.text());
  } while (!reader.isAtEnd);
  return fields;
}
