import type { KeyState } from '@cachefb/core';
import type { Keyspace } from '../keyspace.js';

/** A copy of a live entry's state, which later changes do not touch. */
export function keyState(space: Keyspace, slot: number): KeyState {
  const value = space.valueAt(slot);
  const deadline = space.ownDeadline(slot) || null;
  return typeof value === 'string'
    ? { type: 'string', value, deadline }
    : { type: 'hash', fields: new Map(value), deadline };
}
