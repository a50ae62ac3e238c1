import { type ByteSink, decodeKeyState, writeKeyState } from '@cachefb/core';
import type { Keyspace } from '../keyspace.js';
import { hashEntryBytes } from '../size-estimate.js';

/**
 * Writes a live entry as a store keeps it. A deadline by the default TTL is stored negated: it ends the entry at the same
 * instant after a restart, and is still not the entry's own.
 */
export function writeStored(to: ByteSink, space: Keyspace, slot: number): void {
  const value = space.valueAt(slot);
  const deadline = space.ownDeadline(slot) || -space.deadline(slot) || null;
  writeKeyState(
    to,
    typeof value === 'string'
      ? { type: 'string', value, deadline }
      : { type: 'hash', fields: value, deadline },
  );
}

/**
 * Brings an entry back that is not there.
 *
 * @returns `false` if its time is up.
 * @throws CacheError if the bytes cannot be read, ReplyError if the entry cannot be held.
 */
export function restoreState(space: Keyspace, key: string, stored: Uint8Array): boolean {
  const state = decodeKeyState(stored);
  const { deadline } = state;
  if (deadline !== null && Math.abs(deadline) <= space.clock.now()) return false;
  const slot =
    state.type === 'string'
      ? space.insert(key, state.value, space.stringBytes(key, state.value))
      : insertHash(space, key, new Map(state.fields));
  if (deadline !== null && deadline > 0) space.setDeadline(slot, deadline);
  else if (deadline !== null) space.setDefaultDeadline(slot, -deadline);
  return true;
}

function insertHash(space: Keyspace, key: string, hash: Map<string, string>): number {
  return space.insert(key, hash, hashEntryBytes(key, hash));
}
