import { CacheError } from './errors/cache-error.js';
import type { KeyState } from './key-state.js';

/** A state that has bytes: a string or a hash. */
export type StorableState = Extract<KeyState, { readonly type: 'string' | 'hash' }>;

const VERSION = 1;
const STRING = 1;
const HASH = 2;
const WITH_DEADLINE = 0x80;
const DEADLINE_BYTES = 8;
/** A length below this takes one byte. */
const SHORT = 0x80;

/**
 * A state as bytes: the version, the type, the deadline if there is one (a double, little-endian), then the string in
 * UTF-8, or each field and value with its length before it.
 */
export function encodeKeyState(state: StorableState): Uint8Array {
  const header = 2 + (state.deadline === null ? 0 : DEADLINE_BYTES);
  const bytes = Buffer.allocUnsafe(header + contentBytes(state));
  bytes[0] = VERSION;
  bytes[1] = state.type === 'string' ? STRING : HASH;
  if (state.deadline !== null) {
    bytes[1] |= WITH_DEADLINE;
    bytes.writeDoubleLE(state.deadline, 2);
  }
  if (state.type === 'string') {
    bytes.write(state.value, header);
    return bytes;
  }
  let at = header;
  for (const [field, value] of state.fields)
    at = writeText(bytes, value, writeText(bytes, field, at));
  return bytes;
}

/**
 * Reads what {@link encodeKeyState} wrote.
 *
 * @throws CacheError with code `NEWER_FORMAT` if a newer version wrote it, `DAMAGED` if nobody can have written it.
 */
export function decodeKeyState(encoded: Uint8Array): StorableState {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const version = bytes[0] ?? 0;
  if (version > VERSION) {
    throw new CacheError(
      'NEWER_FORMAT',
      `the state of a key is in format ${version}, this version reads up to ${VERSION}: update cachefb`,
    );
  }
  const kind = bytes[1] ?? 0;
  const header = 2 + (kind & WITH_DEADLINE ? DEADLINE_BYTES : 0);
  if (version !== VERSION || bytes.length < header) throw damaged();
  const deadline = kind & WITH_DEADLINE ? bytes.readDoubleLE(2) : null;
  const type = kind & ~WITH_DEADLINE;
  if (type === STRING) {
    return { type: 'string', value: bytes.toString('utf8', header), deadline };
  }
  if (type === HASH) return { type: 'hash', fields: readFields(bytes, header), deadline };
  throw damaged();
}

function contentBytes(state: StorableState): number {
  if (state.type === 'string') return Buffer.byteLength(state.value);
  let bytes = 0;
  for (const [field, value] of state.fields) bytes += textBytes(field) + textBytes(value);
  return bytes;
}

function textBytes(text: string): number {
  const length = Buffer.byteLength(text);
  return lengthBytes(length) + length;
}

function lengthBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest >= SHORT; rest = Math.floor(rest / SHORT)) bytes++;
  return bytes;
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function writeText(bytes: Buffer, text: string, from: number): number {
  let at = from;
  let rest = Buffer.byteLength(text);
  for (; rest >= SHORT; rest = Math.floor(rest / SHORT)) bytes[at++] = (rest % SHORT) + SHORT;
  bytes[at++] = rest;
  return at + bytes.write(text, at);
}

function readFields(bytes: Buffer, from: number): Map<string, string> {
  const fields = new Map<string, string>();
  let at = from;
  const next = () => {
    let length = 0;
    for (let scale = 1; ; scale *= SHORT) {
      const byte = bytes[at++];
      if (byte === undefined) throw damaged();
      length += (byte % SHORT) * scale;
      if (byte < SHORT) break;
    }
    if (at + length > bytes.length) throw damaged();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  while (at < bytes.length) fields.set(next(), next());
  if (fields.size === 0) throw damaged();
  return fields;
}

function damaged(): CacheError {
  return new CacheError('DAMAGED', 'the state of a key is damaged: nobody can have written it so');
}
