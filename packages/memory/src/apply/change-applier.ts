import { ABSENT, type Change, type ChangeOutcome, ReplyError } from '@cachefb/core';
import type { Value } from '../entry.js';
import type { Keyspace } from '../keyspace.js';
import { makeChange } from './effects.js';
import { isMet } from './expectation.js';
import { keyState } from './key-state.js';
import { Recent } from './recent.js';
import { Stamps, type WrittenTimes } from './stamps.js';

/** Applies changes, each at most once, atomically and conditionally: the port that a sync writes through. */
export class ChangeApplier {
  readonly #space: Keyspace;
  readonly #applied: Recent<true>;
  readonly #stamps: Stamps;

  constructor(space: Keyspace) {
    this.#space = space;
    this.#applied = new Recent(space.clock);
    this.#stamps = new Stamps(space.clock);
  }

  apply(change: Change): ChangeOutcome {
    const { id, key, effect } = change;
    if (this.#applied.get(id)) return { status: 'duplicate' };
    const conflict = effect.kind === 'flush' ? undefined : this.#conflict(change);
    if (conflict !== undefined) return conflict;
    try {
      makeChange(this.#space, key, effect);
    } catch (error) {
      if (error instanceof ReplyError) return { status: 'refused', error };
      throw error;
    }
    this.#applied.set(id, true);
    if (change.stamp) this.#stamps.leave(change, this.#current(key));
    return { status: 'applied' };
  }

  #conflict(change: Change): ChangeOutcome | undefined {
    const current = this.#current(change.key);
    const times = this.#stamps.times(change.key, current);
    const slot = this.#space.find(change.key);
    const deadline = slot === -1 ? null : this.#space.ownDeadline(slot) || null;
    if (isMet(change.expect, current, deadline) && (change.force || !isOutdated(change, times))) {
      return undefined;
    }
    return {
      status: 'conflict',
      current: slot === -1 ? ABSENT : keyState(this.#space, slot),
      writtenAt: times.key,
      ...(times.fields.size > 0 && { fieldsWrittenAt: times.fields }),
    };
  }

  #current(key: string): Value | undefined {
    const slot = this.#space.find(key);
    return slot === -1 ? undefined : this.#space.valueAt(slot);
  }
}

/** Whether what a change would overwrite was written later than the change. Sums and deadlines overwrite nothing. */
function isOutdated({ effect, writtenAt }: Change, times: WrittenTimes): boolean {
  const isLater = (time: number | undefined) => time !== undefined && time > writtenAt;
  switch (effect.kind) {
    case 'put':
    case 'put-hash':
    case 'delete':
      return isLater(times.key) || [...times.fields.values()].some(isLater);
    case 'fields':
      return (
        isLater(times.key) ||
        [...effect.set.keys(), ...effect.remove].some((field) => isLater(times.fields.get(field)))
      );
    default:
      return false;
  }
}
