import type { DeadlineChange, Effect } from '@cachefb/core';
import { changeFields, hashAt, sumWith } from '../commands/hashes.js';
import { incrby, putString } from '../commands/strings.js';
import type { Keyspace } from '../keyspace.js';
import { hashEntryBytes } from '../size-estimate.js';

const NO_FIELDS: ReadonlyMap<string, string> = new Map();

type Effects = {
  readonly [K in Effect['kind']]: (
    space: Keyspace,
    key: string,
    effect: Extract<Effect, { readonly kind: K }>,
  ) => void;
};

/** What each effect does; one that throws has changed nothing. */
const EFFECTS: Effects = {
  put: (space, key, { value, deadline }) => {
    putString(space, key, value, instant(deadline));
  },
  'put-hash': putHash,
  increment: (space, key, { by, full, deadline }) => {
    const isNew = full !== undefined && space.find(key) === -1;
    incrby(space, key, isNew ? full : by);
    changeDeadline(space, key, deadline);
  },
  fields: (space, key, effect) => {
    const slot = space.find(key);
    const changes = fieldChanges(slot === -1 ? NO_FIELDS : hashAt(space, slot), effect);
    const set: string[] = [];
    const remove: string[] = [];
    for (const [field, value] of changes) {
      if (value === undefined) remove.push(field);
      else set.push(field, value);
    }
    changeFields(space, key, set, remove);
    changeDeadline(space, key, effect.deadline);
  },
  deadline: (space, key, { deadline, earlier }) => {
    const slot = space.find(key);
    if (slot === -1) return;
    const current = space.ownDeadline(slot) || Number.POSITIVE_INFINITY;
    if (!earlier || (deadline ?? Number.POSITIVE_INFINITY) < current) {
      changeDeadline(space, key, deadline);
    }
  },
  delete: (space, key) => {
    const slot = space.find(key);
    if (slot !== -1) space.remove(slot);
  },
  flush: (space) => space.clear(),
};

/**
 * Makes a change, whatever the key holds.
 *
 * @throws ReplyError, before anything is changed, if what is there is of another type or a sum does not fit.
 */
export function makeChange(space: Keyspace, key: string, effect: Effect): void {
  const make = EFFECTS[effect.kind] as (space: Keyspace, key: string, effect: Effect) => void;
  make(space, key, effect);
}

function putHash(
  space: Keyspace,
  key: string,
  { fields, deadline }: Extract<Effect, { kind: 'put-hash' }>,
): void {
  const slot = space.find(key);
  if (fields.size === 0) {
    if (slot !== -1) space.remove(slot);
    return;
  }
  const hash = new Map(fields);
  const bytes = hashEntryBytes(key, hash);
  if (slot === -1) space.insert(key, hash, bytes);
  else {
    space.admitInto(slot, bytes);
    space.replace(slot, hash, bytes);
  }
  changeDeadline(space, key, deadline);
}

/** What becomes of each field that a change names, `undefined` standing for "removed". */
function fieldChanges(
  hash: ReadonlyMap<string, string>,
  { remove, fill, set, increment }: Extract<Effect, { kind: 'fields' }>,
): Map<string, string | undefined> {
  const changes = new Map<string, string | undefined>();
  const valueNow = (field: string) => (changes.has(field) ? changes.get(field) : hash.get(field));
  for (const field of remove) changes.set(field, undefined);
  for (const [field, value] of fill ?? []) {
    if (valueNow(field) === undefined) changes.set(field, value);
  }
  for (const [field, value] of set) changes.set(field, value);
  for (const [field, by] of increment) {
    changes.set(field, String(sumWith(valueNow(field), by)));
  }
  return changes;
}

/** As `putString` takes it: what has passed stays an instant, whatever its number. */
function instant(deadline: DeadlineChange): number {
  if (deadline === 'keep') return -1;
  return deadline === null ? 0 : Math.max(1, Math.floor(deadline));
}

function changeDeadline(space: Keyspace, key: string, deadline: DeadlineChange): void {
  if (deadline === 'keep') return;
  const slot = space.find(key);
  if (slot === -1) return;
  if (deadline !== null) space.setDeadline(slot, Math.floor(deadline));
  else if (space.ownDeadline(slot) !== 0) space.clearDeadline(slot);
}
