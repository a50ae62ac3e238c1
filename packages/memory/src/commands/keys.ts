import { type Command, compileGlob, type ExpireMode } from '@cachefb/core';
import type { Keyspace } from '../keyspace.js';

/** `DEL` of one key. */
export function deleteKey(space: Keyspace, key: string): number {
  const slot = space.find(key);
  if (slot === -1) {
    space.observer?.missed(key);
    return 0;
  }
  space.remove(slot);
  space.counters.deletes++;
  return 1;
}

function del(space: Keyspace, keys: readonly string[]): number {
  let deleted = 0;
  for (const key of keys) deleted += deleteKey(space, key);
  return deleted;
}

function exists(space: Keyspace, keys: readonly string[]): number {
  let found = 0;
  for (const key of keys) if (space.find(key) !== -1) found++;
  return found;
}

/** @see {@link https://redis.io/docs/latest/commands/pexpire/ | PEXPIRE} */
function pexpire(space: Keyspace, { key, ms, mode }: Command<'pexpire'>): 0 | 1 {
  const slot = space.find(key);
  if (slot === -1) return 0;
  const deadline = space.clock.now() + ms;
  if (!allows(mode, deadline, space.ownDeadline(slot))) return 0;
  if (ms <= 0) deleteKey(space, key);
  else space.setDeadline(slot, deadline);
  return 1;
}

/** Whether a mode lets a deadline take the place of the current one, 0 standing for none. */
function allows(mode: ExpireMode | undefined, deadline: number, current: number): boolean {
  switch (mode) {
    case 'NX':
      return current === 0;
    case 'XX':
      return current !== 0;
    case 'GT':
      return current !== 0 && deadline > current;
    case 'LT':
      return current === 0 || deadline < current;
    default:
      return true;
  }
}

function persist(space: Keyspace, key: string): 0 | 1 {
  const slot = space.find(key);
  if (slot === -1 || space.ownDeadline(slot) === 0) return 0;
  space.clearDeadline(slot);
  return 1;
}

/** The remaining milliseconds, `-1` without a TTL, `-2` without the key. */
function pttl(space: Keyspace, key: string): number {
  const slot = space.find(key);
  if (slot === -1) return -2;
  const deadline = space.deadline(slot);
  return deadline === 0 ? -1 : Math.max(0, deadline - space.clock.now());
}

function ttl(space: Keyspace, key: string): number {
  const ms = pttl(space, key);
  return ms < 0 ? ms : Math.floor((ms + 500) / 1000);
}

function type(space: Keyspace, key: string): string {
  const slot = space.find(key);
  if (slot === -1) return 'none';
  return typeof space.valueAt(slot) === 'string' ? 'string' : 'hash';
}

function keys(space: Keyspace, pattern: string): string[] {
  const matches = compileGlob(pattern);
  const found: string[] = [];
  for (let slot = 0; slot < space.end; slot++) {
    const key = space.keyAt(slot);
    if (key !== undefined && matches(key)) found.push(key);
  }
  return found;
}

function flushall(space: Keyspace): 'OK' {
  space.counters.deletes += space.size;
  space.clear();
  return 'OK';
}

/** The commands on keys of any type. */
export const keyCommands = {
  del: (space: Keyspace, command: Command<'del'>) => del(space, command.keys),
  exists: (space: Keyspace, command: Command<'exists'>) => exists(space, command.keys),
  pexpire,
  persist: (space: Keyspace, { key }: Command<'persist'>) => persist(space, key),
  ttl: (space: Keyspace, { key }: Command<'ttl'>) => ttl(space, key),
  pttl: (space: Keyspace, { key }: Command<'pttl'>) => pttl(space, key),
  type: (space: Keyspace, { key }: Command<'type'>) => type(space, key),
  keys: (space: Keyspace, { pattern }: Command<'keys'>) => keys(space, pattern),
  flushall: (space: Keyspace) => flushall(space),
} as const;
