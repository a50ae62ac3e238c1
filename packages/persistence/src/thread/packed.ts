import type { StoredEntry } from '@cachefb/core';

/** Of a key and of a value, each. */
const LENGTH_BYTES = 4;
/** A UTF-16 unit is never more than this in UTF-8. */
const UNIT_BYTES = 3;

/** Entries as bytes in a buffer of their own, which another thread can take over without a copy. */
export function pack(entries: readonly StoredEntry[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { key, value } of entries) {
    size += 2 * LENGTH_BYTES + UNIT_BYTES * key.length + value.length;
  }
  const bytes = Buffer.from(new ArrayBuffer(size));
  let at = 0;
  for (const { key, value } of entries) {
    const keyAt = at + 2 * LENGTH_BYTES;
    const keyBytes = bytes.write(key, keyAt);
    bytes.writeUInt32LE(keyBytes, at);
    bytes.writeUInt32LE(value.length, at + LENGTH_BYTES);
    at = keyAt + keyBytes;
    bytes.set(value, at);
    at += value.length;
  }
  return bytes.subarray(0, at);
}

/** The entries that were packed; the values are parts of `packed`. */
export function unpack(packed: Uint8Array): StoredEntry[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const entries: StoredEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const keyAt = at + 2 * LENGTH_BYTES;
    const valueAt = keyAt + bytes.readUInt32LE(at);
    const end = valueAt + bytes.readUInt32LE(at + LENGTH_BYTES);
    entries.push({
      key: bytes.toString('utf8', keyAt, valueAt),
      value: bytes.subarray(valueAt, end),
    });
    at = end;
  }
  return entries;
}
