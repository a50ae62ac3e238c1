import type { Command, Integer } from '@cachefb/core';
import { addIntegers, parseDecimal } from '../decimal.js';
import type { Hash } from '../entry.js';
import type { Keyspace } from '../keyspace.js';
import { hashValueNotAnInteger, wrongType } from '../reply-errors.js';
import { hashEntryBytes, hashTableBytes, stringBytes } from '../size-estimate.js';

/** The hash in a slot, or Redis's error. */
export function hashAt(space: Keyspace, slot: number): Hash {
  const value = space.valueAt(slot);
  if (typeof value === 'string') throw wrongType();
  return value;
}

/**
 * Sets and removes fields; answers how many are new. A hash without fields is gone.
 *
 * @param pairs - fields and values in turn.
 * @param remove - fields that are not in `pairs`.
 */
export function changeFields(
  space: Keyspace,
  key: string,
  pairs: readonly string[],
  remove: readonly string[] = [],
): number {
  const slot = space.find(key);
  if (slot === -1) return insertHash(space, key, pairs, remove);
  const hash = hashAt(space, slot);
  const before = hash.size;
  const bytes = space.bytesAt(slot) + growth(hash, pairs, remove);
  space.admit(key, bytes, bytes - space.bytesAt(slot));
  for (let i = 0; i < pairs.length; i += 2) hash.set(pairs[i]!, pairs[i + 1]!);
  const added = hash.size - before;
  for (const field of remove) hash.delete(field);
  if (hash.size === 0) {
    space.remove(slot);
    return added;
  }
  space.touch(slot);
  space.resize(slot, bytes);
  return added;
}

function insertHash(
  space: Keyspace,
  key: string,
  pairs: readonly string[],
  remove: readonly string[],
): number {
  const hash: Hash = new Map();
  for (let i = 0; i < pairs.length; i += 2) hash.set(pairs[i]!, pairs[i + 1]!);
  const added = hash.size;
  for (const field of remove) hash.delete(field);
  if (hash.size > 0) space.insert(key, hash, hashEntryBytes(key, hash));
  return added;
}

/** By how many bytes a hash grows. */
function growth(hash: Hash, pairs: readonly string[], remove: readonly string[]): number {
  // A field may be named more than once; what counts is its last value, and whether it stays.
  const after = new Map<string, string | undefined>();
  for (let i = 0; i < pairs.length; i += 2) after.set(pairs[i]!, pairs[i + 1]!);
  for (const field of remove) after.set(field, undefined);
  let bytes = 0;
  let size = hash.size;
  for (const [field, value] of after) {
    const old = hash.get(field);
    if (old !== undefined) {
      size--;
      bytes -= stringBytes(field) + stringBytes(old);
    }
    if (value !== undefined) {
      size++;
      bytes += stringBytes(field) + stringBytes(value);
    }
  }
  return bytes + hashTableBytes(size) - hashTableBytes(hash.size);
}

/** @see {@link https://redis.io/docs/latest/commands/hget/ | HGET} */
export function hget(space: Keyspace, key: string, field: string): string | null {
  const slot = space.find(key);
  if (slot === -1) {
    space.counters.misses++;
    return null;
  }
  const value = hashAt(space, slot).get(field);
  space.touch(slot);
  if (value === undefined) {
    space.counters.misses++;
    return null;
  }
  space.counters.hits++;
  return value;
}

function hset(space: Keyspace, key: string, pairs: readonly string[]): number {
  const added = changeFields(space, key, pairs);
  space.counters.sets++;
  return added;
}

function hdel(space: Keyspace, key: string, fields: readonly string[]): number {
  const hash = readHash(space, key);
  const there = new Set(fields.filter((field) => hash.has(field)));
  if (there.size === 0) return 0;
  changeFields(space, key, [], [...there]);
  if (space.find(key) === -1) space.counters.deletes++;
  return there.size;
}

function hincrby(space: Keyspace, key: string, field: string, by: Integer): number {
  const sum = sumWith(readHash(space, key).get(field), by);
  changeFields(space, key, [field, String(sum)]);
  space.counters.sets++;
  return Number(sum);
}

/** What a field of this value is after `by` is added, or Redis's error. */
export function sumWith(value: string | undefined, by: Integer): Integer {
  if (value === undefined) return by;
  const number = parseDecimal(value);
  if (number === undefined) throw hashValueNotAnInteger();
  return addIntegers(number, by);
}

const EMPTY: Hash = new Map();

/** The hash at a key, an empty one if there is none. Not counted as a read. */
function readHash(space: Keyspace, key: string): Hash {
  const slot = space.find(key);
  return slot === -1 ? EMPTY : hashAt(space, slot);
}

/** As {@link readHash}, counted as a read. */
function countedHash(space: Keyspace, key: string): Hash {
  const slot = space.find(key);
  if (slot === -1) {
    space.counters.misses++;
    return EMPTY;
  }
  const hash = hashAt(space, slot);
  space.counters.hits++;
  space.touch(slot);
  return hash;
}

/** A plain object in which every field is a property of its own, `__proto__` too. */
function toRecord(hash: Hash): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [field, value] of hash) {
    if (field === '__proto__') {
      Object.defineProperty(record, field, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else {
      record[field] = value;
    }
  }
  return record;
}

/** The commands on hashes. */
export const hashCommands = {
  hget: (space: Keyspace, { key, field }: Command<'hget'>) => hget(space, key, field),
  hset: (space: Keyspace, { key, pairs }: Command<'hset'>) => hset(space, key, pairs),
  hdel: (space: Keyspace, { key, fields }: Command<'hdel'>) => hdel(space, key, fields),
  hexists: (space: Keyspace, { key, field }: Command<'hexists'>): 0 | 1 =>
    countedHash(space, key).has(field) ? 1 : 0,
  hgetall: (space: Keyspace, { key }: Command<'hgetall'>) => toRecord(countedHash(space, key)),
  hmget: (space: Keyspace, { key, fields }: Command<'hmget'>) => {
    const hash = countedHash(space, key);
    return fields.map((field) => hash.get(field) ?? null);
  },
  hlen: (space: Keyspace, { key }: Command<'hlen'>) => countedHash(space, key).size,
  hincrby: (space: Keyspace, { key, field, by }: Command<'hincrby'>) =>
    hincrby(space, key, field, by),
} as const;
