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
/** From this length on counting the bytes of UTF-8 is quicker than looking at every character. */
const LONG = 256;

/** Whether every character is below U+0100, and takes one byte. Such a text is also well-formed. */
export function isLatin1(text: string): boolean {
  return (text.length >= LONG && Buffer.byteLength(text) === text.length) || !NOT_LATIN1.test(text);
}

/** Bytes of a string. */
export function stringBytes(text: string): number {
  return isLatin1(text) ? latin1Bytes(text.length) : latin1Bytes(2 * text.length);
}

/** Bytes of an entry whose key and value are strings of one byte for each character. */
export function latin1EntryBytes(key: string, value: string): number {
  return ENTRY_OVERHEAD + latin1Bytes(key.length) + latin1Bytes(value.length);
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

function latin1Bytes(length: number): number {
  return (STRING_HEADER + length + 7) & ~7;
}
