import type { Command, Integer, SetCommand } from '@cachefb/core';
import { addIntegers, parseDecimal } from '../decimal.js';
import type { Keyspace } from '../keyspace.js';
import { notAnInteger, wrongType } from '../reply-errors.js';

/** @see {@link https://redis.io/docs/latest/commands/get/ | GET} */
function getString(space: Keyspace, key: string): string | null {
  const slot = space.find(key);
  if (slot === -1) {
    space.counters.misses++;
    return null;
  }
  return readString(space, slot);
}

/** The string in the slot of a live entry, counted as a hit. */
export function readString(space: Keyspace, slot: number): string {
  if (!space.isString(slot)) throw wrongType();
  space.counters.hits++;
  space.touch(slot);
  return space.valueAt(slot) as string;
}

/**
 * Stores a string, whatever was there.
 *
 * @param deadline - epoch milliseconds; 0 for none, `-1` to keep what there is.
 */
export function putString(space: Keyspace, key: string, value: string, deadline: number): void {
  const bytes = space.stringBytes(key, value);
  const hash = space.hash(key);
  let slot = space.find(key, hash);
  if (slot === -1) {
    slot = space.insert(key, value, bytes, hash);
    if (deadline > 0) space.setDeadline(slot, deadline);
    return;
  }
  space.admitInto(slot, bytes);
  // The deadline first: the entry itself may have to leave when it grows.
  if (deadline === 0) space.clearDeadline(slot);
  else if (deadline > 0 && deadline <= space.clock.now()) {
    space.remove(slot);
    return;
  } else if (deadline > 0) space.setDeadline(slot, deadline);
  space.replace(slot, value, bytes);
}

/**
 * `SET` without options, or with `PX`.
 *
 * @param ttl - milliseconds; 0 for none.
 */
export function setString(space: Keyspace, key: string, value: string, ttl: number): 'OK' {
  putString(space, key, value, ttl === 0 ? 0 : space.clock.now() + ttl);
  space.counters.sets++;
  return 'OK';
}

/** @see {@link https://redis.io/docs/latest/commands/set/ | SET} */
function set(space: Keyspace, command: SetCommand): string | null {
  const { key, value, ttl, nx, xx } = command;
  let reply: string | null = 'OK';
  if (command.get) reply = getString(space, key);
  if (nx || xx) {
    const exists = space.find(key) !== -1;
    if (nx ? exists : !exists) return command.get ? reply : null;
  }
  let deadline = command.deadline ?? 0;
  if (ttl !== undefined) deadline = space.clock.now() + ttl;
  else if (command.keepTtl) deadline = -1;
  putString(space, key, value, deadline);
  space.counters.sets++;
  return reply;
}

/** @see {@link https://redis.io/docs/latest/commands/incrby/ | INCRBY} */
export function incrby(space: Keyspace, key: string, by: Integer): number {
  const slot = space.find(key);
  let sum = by;
  if (slot !== -1) {
    const value = space.valueAt(slot);
    if (typeof value !== 'string') throw wrongType();
    const number = parseDecimal(value);
    if (number === undefined) throw notAnInteger();
    sum = addIntegers(number, by);
  }
  const text = String(sum);
  putString(space, key, text, -1);
  space.counters.sets++;
  return Number(sum);
}

function mget(space: Keyspace, keys: readonly string[]): (string | null)[] {
  return keys.map((key) => {
    const slot = space.find(key);
    if (slot !== -1 && space.isString(slot)) return readString(space, slot);
    space.counters.misses++;
    return null;
  });
}

function mset(space: Keyspace, pairs: readonly string[]): 'OK' {
  // Of a key that is named more than once the last value counts.
  const values = new Map<string, string>();
  for (let i = 0; i < pairs.length; i += 2) values.set(pairs[i]!, pairs[i + 1]!);
  admitAll(space, values);
  for (const [key, value] of values) setString(space, key, value, 0);
  return 'OK';
}

/** All or nothing: what cannot be held is refused before the first pair is stored. */
function admitAll(space: Keyspace, values: ReadonlyMap<string, string>): void {
  let growth = 0;
  for (const [key, value] of values) {
    const bytes = space.stringBytes(key, value);
    const slot = space.find(key);
    growth += bytes - (slot === -1 ? 0 : space.bytesAt(slot));
    space.admit(key, bytes, growth);
  }
}

/** The commands on strings. */
export const stringCommands = {
  get: (space: Keyspace, { key }: Command<'get'>) => getString(space, key),
  set,
  mget: (space: Keyspace, { keys }: Command<'mget'>) => mget(space, keys),
  mset: (space: Keyspace, { pairs }: Command<'mset'>) => mset(space, pairs),
  incrby: (space: Keyspace, { key, by }: Command<'incrby'>) => incrby(space, key, by),
} as const;
