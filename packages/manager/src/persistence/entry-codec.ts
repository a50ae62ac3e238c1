import {
  ABSENT,
  ByteReader,
  CacheError,
  type DraftWriter,
  damaged,
  type KeyState,
} from '@cachefb/core';
import { decodeRecord, encodeRecord, type JournalRecord, type ResolvedPolicy } from '@cachefb/sync';

/** What is stored of a key: what memory holds, and what has to be brought back. */
export interface StoredKey {
  readonly state: KeyState;
  /** In the order in which they reach Redis. */
  readonly records: readonly JournalRecord[];
}

/** The first byte. Entries of `InMemoryCache` alone begin with lower ones. */
const FORMAT = 0x41;

const NOTHING = 0;
const STRING = 1;
const HASH = 2;
/** The string that the last record puts. */
const PUT = 3;
const WITH_DEADLINE = 0x80;

/**
 * Writes a key under a name, `gone` if there is nothing to keep.
 *
 * @param shift - milliseconds from this process's clock to that of the wall.
 */
export function writeEntry(
  to: DraftWriter,
  name: string,
  { state, records }: StoredKey,
  shift: number,
): void {
  const held = state.type === 'string' || state.type === 'hash' ? state : undefined;
  if (held === undefined && records.length === 0) {
    to.gone(name);
    return;
  }
  const written = records.at(-1)?.written;
  const isPut = held?.type === 'string' && written?.kind === 'put' && written.value === held.value;
  const kind = held === undefined ? NOTHING : isPut ? PUT : held.type === 'string' ? STRING : HASH;
  const deadline = held?.deadline ?? null;
  to.entry(name)
    .byte(FORMAT)
    .byte(deadline === null ? kind : kind | WITH_DEADLINE);
  if (deadline !== null) to.double(deadline + shift);
  if (kind === STRING && held?.type === 'string') to.text(held.value);
  if (held?.type === 'hash') {
    to.count(held.fields.size);
    for (const [field, value] of held.fields) to.text(field).text(value);
  }
  for (const record of records) encodeRecord(to, record, shift);
}

/**
 * Reads what {@link writeEntry} wrote.
 *
 * @throws CacheError with code `NEWER_FORMAT` if a newer version wrote it, `DAMAGED` if no manager can have written it.
 */
export function decodeEntry(
  bytes: Uint8Array,
  key: string,
  policy: ResolvedPolicy,
  shift: number,
): StoredKey {
  const reader = new ByteReader(bytes);
  const format = reader.byte();
  if (format > FORMAT) {
    throw new CacheError(
      'NEWER_FORMAT',
      'an entry of the store was written by a newer version of @cachefb/manager: update it, or use another store',
    );
  }
  if (format < FORMAT) throw damaged();
  const flags = reader.byte();
  const deadline = flags & WITH_DEADLINE ? reader.double() - shift : null;
  const held = readHeld(reader, flags & ~WITH_DEADLINE, deadline);
  const records: JournalRecord[] = [];
  while (!reader.isAtEnd) records.push(decodeRecord(reader, key, policy, shift));
  return { state: held ?? putBy(records, deadline), records };
}

/** `undefined` if the last record tells. */
function readHeld(reader: ByteReader, kind: number, deadline: number | null): KeyState | undefined {
  switch (kind) {
    case NOTHING:
      return ABSENT;
    case STRING:
      return { type: 'string', value: reader.text(), deadline };
    case HASH: {
      const fields = new Map<string, string>();
      for (let left = reader.count(); left > 0; left--) fields.set(reader.text(), reader.text());
      return { type: 'hash', fields, deadline };
    }
    case PUT:
      return undefined;
    default:
      throw damaged();
  }
}

function putBy(records: readonly JournalRecord[], deadline: number | null): KeyState {
  const written = records.at(-1)?.written;
  if (written?.kind !== 'put') throw damaged();
  return { type: 'string', value: written.value, deadline };
}
