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
 * What the cache keeps for every entry beside its key and value: places in the index (12 to 20 bytes, by how full its
 * table is), in the arrays of keys and values, and in those of the policy, the sizes and the deadlines.
 */
const ENTRY_OVERHEAD = 56;

const NOT_LATIN1 = /[\u0100-\uffff]/;
/** Strings from this length on are looked at when they are written. */
const LONG = 256;

/** Bytes of a string. */
export function stringBytes(text: string): number {
  return NOT_LATIN1.test(text) ? narrowBytes(2 * text.length) : narrowBytes(text.length);
}

/** Bytes of an entry whose value is a string. */
export function stringEntryBytes(key: string, value: string): number {
  return ENTRY_OVERHEAD + stringBytes(key) + stringBytes(value);
}

/**
 * As {@link stringEntryBytes}, but short strings are taken for ones of one byte a character unseen, because looking takes
 * longer than everything else in a `set`.
 */
export function quickStringEntryBytes(key: string, value: string): number {
  return ENTRY_OVERHEAD + quickBytes(key) + quickBytes(value);
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

function quickBytes(text: string): number {
  return text.length < LONG ? narrowBytes(text.length) : stringBytes(text);
}

/** Bytes of a string of one byte a character. */
function narrowBytes(length: number): number {
  return (STRING_HEADER + length + 7) & ~7;
}
