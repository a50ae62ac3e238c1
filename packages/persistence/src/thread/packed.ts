import type { StoreChange, StoredEntry } from '@cachefb/core';

/** Of a key and of a value, each. */
const LENGTH_BYTES = 4;
/** A UTF-16 unit is never more than this in UTF-8. */
const UNIT_BYTES = 3;

/** Changes as bytes in a buffer of their own, which another thread can take over without a copy. */
export function pack(changes: readonly StoreChange[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { key, value } of changes) {
    size += 2 * LENGTH_BYTES + UNIT_BYTES * key.length + (value?.length ?? 0);
  }
  const bytes = Buffer.from(new ArrayBuffer(size));
  let at = 0;
  for (const { key, value } of changes) {
    const keyAt = at + 2 * LENGTH_BYTES;
    const keyBytes = bytes.write(key, keyAt);
    bytes.writeUInt32LE(keyBytes, at);
    // 0 stands for `null`.
    bytes.writeUInt32LE(value === null ? 0 : value.length + 1, at + LENGTH_BYTES);
    at = keyAt + keyBytes;
    if (value === null) continue;
    bytes.set(value, at);
    at += value.length;
  }
  return bytes.subarray(0, at);
}

/** The changes that were packed; the values are parts of `packed`. */
export function unpack(packed: Uint8Array): StoreChange[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const changes: StoreChange[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at + LENGTH_BYTES);
    const keyAt = at + 2 * LENGTH_BYTES;
    const valueAt = keyAt + bytes.readUInt32LE(at);
    const end = valueAt + Math.max(0, length - 1);
    const key = bytes.toString('utf8', keyAt, valueAt);
    changes.push({ key, value: length === 0 ? null : bytes.subarray(valueAt, end) });
    at = end;
  }
  return changes;
}

/** Entries that were packed: changes none of which is a deletion. */
export function unpackEntries(packed: Uint8Array): StoredEntry[] {
  return unpack(packed) as StoredEntry[];
}
