/**
 * What V8 keeps on the heap for an entry, estimated. The figures are those of 64-bit Node without pointer compression:
 * a string is a header of 16 bytes and its characters, one byte each if all are below U+0100, else two, rounded up to 8.
 * A Map's table is 28 bytes for each place, of which there is a power of two.
 */

const STRING_HEADER = 16;
const HASH_HEADER = 72;
const MAP_PLACE = 28;
const SMALLEST_MAP = 4;

/**
 * What the cache keeps for every entry beside its key and value: a place in the index (28 to 56 bytes, by how full its
 * table is), in the arrays of keys and values, and in those of the policy, the sizes and the deadlines.
 */
const ENTRY_OVERHEAD = 80;

const NOT_LATIN1 = /[\u0100-\uffff]/;

/** Bytes of a string. */
export function stringBytes(text: string): number {
  const bytes = STRING_HEADER + text.length * characterBytes(text);
  return (bytes + 7) & ~7;
}

/** Bytes of an entry whose value is a string. */
export function stringEntryBytes(key: string, value: string): number {
  return ENTRY_OVERHEAD + stringBytes(key) + stringBytes(value);
}

/** Bytes of a hash of `fields` fields, without the fields' names and values. */
export function hashTableBytes(fields: number): number {
  const places = fields <= SMALLEST_MAP ? SMALLEST_MAP : 1 << (32 - Math.clz32(fields - 1));
  return HASH_HEADER + MAP_PLACE * places;
}

/** Bytes of an entry whose value is a hash. */
export function hashEntryBytes(key: string, hash: ReadonlyMap<string, string>): number {
  let bytes = ENTRY_OVERHEAD + stringBytes(key) + hashTableBytes(hash.size);
  for (const [field, value] of hash) bytes += stringBytes(field) + stringBytes(value);
  return bytes;
}

function characterBytes(text: string): 1 | 2 {
  // Where every character is one byte of UTF-8 none is above U+007F; only otherwise is it worth looking closer.
  if (Buffer.byteLength(text) === text.length) return 1;
  return NOT_LATIN1.test(text) ? 2 : 1;
}
