import type {
  Change,
  ChangeOutcome,
  Effect,
  Expectation,
  ExpectedValues,
  KeyState,
} from '@cachefb/core';
import type { Conflict, ConflictResolver } from './key-policy.js';
import { type Base, DEADLINE_TOLERANCE, type JournalRecord } from './record.js';

/** What somebody else's change met. */
type Found = Extract<ChangeOutcome, { status: 'conflict' }>;

/** Whose value a conflict ended with; `merged` is partly one's, partly the other's, or a resolver's own. */
export type Resolution = 'local' | 'remote' | 'merged';

/** How a conflict is settled: a change to send in place of the first, or nothing because Redis's value stays. */
export interface Settlement {
  readonly resolution: Resolution;
  readonly change: Change | undefined;
}

const REMOTE: Settlement = Object.freeze({ resolution: 'remote', change: undefined });

/**
 * Where only the deadline is not as expected, the earlier of the two holds: the change, with that one, to be made if the
 * deadline is still as it was found. `undefined` if something else is not as expected.
 */
export function withEarlierDeadline(change: Change, { current }: Found): Change | undefined {
  const expected = change.expect?.deadline;
  const { effect } = change;
  if (expected === undefined || current.type === 'none' || !('deadline' in effect))
    return undefined;
  if (isAbout(expected, current.deadline)) return undefined;
  const { deadline } = effect;
  const earlier = deadline === 'keep' ? deadline : earlierOf(deadline, current.deadline);
  return {
    ...change,
    effect: { ...effect, deadline: earlier } as Effect,
    expect: { ...change.expect, deadline: current.deadline },
  };
}

/** Where the deadline found is one that this process may itself have set: the change, to be made if that is still there. */
export function withOwnDeadline(
  { base }: JournalRecord,
  change: Change,
  { current }: Found,
): Change | undefined {
  const own = base.kind === 'unknown' ? undefined : base.mayEndAt;
  if (change.expect?.deadline === undefined || own === undefined || current.type === 'none')
    return undefined;
  return isAbout(own, current.deadline)
    ? { ...change, expect: { ...change.expect, deadline: current.deadline } }
    : undefined;
}

function isAbout(a: number | null, b: number | null): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) <= DEADLINE_TOLERANCE);
}

function earlierOf(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** Settles a conflict by the record's rule. The change it answers is sent only against what was found. */
export async function settleConflict(
  record: JournalRecord,
  change: Change,
  found: Found,
): Promise<Settlement> {
  return change.effect.kind === 'fields'
    ? settleFields(record, change, change.effect, found)
    : settleWhole(record, change, found);
}

async function settleWhole(
  record: JournalRecord,
  change: Change,
  found: Found,
): Promise<Settlement> {
  const { onConflict } = record.policy;
  if (isSeed(found.writtenAt))
    return { resolution: 'local', change: against(change, found.current) };
  if (typeof onConflict === 'function') return resolveWhole(record, change, found, onConflict);
  const ours =
    onConflict === 'local' || (onConflict === 'last-write' && isEarlier(found.writtenAt, record));
  return ours ? { resolution: 'local', change: against(change, found.current) } : REMOTE;
}

async function resolveWhole(
  record: JournalRecord,
  change: Change,
  found: Found,
  resolver: ConflictResolver,
): Promise<Settlement> {
  const { effect } = change;
  if (effect.kind === 'put-hash' || found.current.type === 'hash') return REMOTE;
  const local = effect.kind === 'put' ? effect.value : null;
  const remote = found.current.type === 'string' ? found.current.value : null;
  const value = await resolver({ key: change.key, local, remote, base: baseValue(record.base) });
  if (value === remote) return REMOTE;
  const deadline = effect.kind === 'put' ? effect.deadline : 'keep';
  const resolved: Effect =
    value === null ? { kind: 'delete' } : { kind: 'put', value: checked(value), deadline };
  return {
    resolution: value === local ? 'local' : 'merged',
    change: against({ ...change, effect: resolved }, found.current),
  };
}

type FieldsEffect = Extract<Effect, { kind: 'fields' }>;

async function settleFields(
  record: JournalRecord,
  change: Change,
  effect: FieldsEffect,
  found: Found,
): Promise<Settlement> {
  const { current } = found;
  if (current.type === 'string' || current.type === 'other') return REMOTE;
  const theirs: ReadonlyMap<string, string> = current.type === 'hash' ? current.fields : new Map();
  const set = new Map(effect.set);
  let remove = effect.remove;
  let kept = 0;
  let won = 0;
  const seen = new Map<string, ExpectedValues>();
  for (const field of [...effect.set.keys(), ...effect.remove]) {
    const remote = theirs.get(field) ?? null;
    seen.set(field, [remote]);
    if (change.expect?.fields?.get(field)?.includes(remote)) continue;
    const local = set.get(field) ?? null;
    const value = await settleField(record, found, { field, local, remote });
    if (value === remote) kept++;
    else won++;
    set.delete(field);
    remove = remove.filter((name) => name !== field);
    if (value === remote) continue;
    if (value === null) remove = [...remove, field];
    else set.set(field, value);
  }
  const empty = set.size === 0 && remove.length === 0 && effect.increment.size === 0;
  if (empty && effect.deadline === 'keep') return REMOTE;
  return {
    resolution: kept === 0 ? 'local' : won === 0 ? 'remote' : 'merged',
    change: {
      ...change,
      effect: { ...effect, set, remove },
      expect: { fields: seen },
      force: true,
    },
  };
}

async function settleField(
  record: JournalRecord,
  found: Found,
  { field, local, remote }: { field: string; local: string | null; remote: string | null },
): Promise<string | null> {
  const { onConflict } = record.policy;
  const { base } = record;
  const writtenAt = found.fieldsWrittenAt?.get(field);
  if (onConflict === 'local' || isSeed(writtenAt)) return local;
  if (onConflict === 'last-write') {
    const isKnown = base.kind !== 'unknown' && !isUnsure(base, field);
    const ours = isKnown ? isEarlier(writtenAt, record) : !isLater(writtenAt, record);
    return ours ? local : remote;
  }
  // Perhaps it is this process's own doing.
  if (isUnsure(base, field)) return local;
  if (onConflict === 'remote') return remote;
  const conflict: Conflict = {
    key: record.key,
    field,
    local,
    remote,
    base: baseField(record.base, field),
  };
  const value = await onConflict(conflict);
  return value === null ? null : checked(value);
}

/** Whether Redis's value is known to be older than ours. */
function isEarlier(writtenAt: number | undefined, record: JournalRecord): boolean {
  return writtenAt !== undefined && writtenAt < record.writtenAt;
}

/** Whether Redis's value is known to be newer than ours. */
function isLater(writtenAt: number | undefined, record: JournalRecord): boolean {
  return writtenAt !== undefined && writtenAt > record.writtenAt;
}

function isUnsure(base: Base, field: string): boolean {
  return base.kind === 'hash' && base.unsure?.has(field) === true;
}

/** Whether nobody wrote it: a process gave it back to a server that had lost it. */
function isSeed(writtenAt: number | undefined): boolean {
  return writtenAt !== undefined && writtenAt < 0;
}

/** The change, to be made only if Redis still holds what was found. */
function against(change: Change, current: KeyState): Change {
  return { ...change, expect: expectationOf(current), force: true };
}

function expectationOf(current: KeyState): Expectation | undefined {
  switch (current.type) {
    case 'none':
      return { value: [null] };
    case 'string':
      return { value: [current.value] };
    case 'hash':
      return { fields: new Map([...current.fields].map(([field, value]) => [field, [value]])) };
    case 'other':
      return undefined;
  }
}

function baseValue(base: Base): string | null | undefined {
  return base.kind === 'value' ? base.values[0] : undefined;
}

function baseField(base: Base, field: string): string | null | undefined {
  if (base.kind !== 'hash' || base.unsure?.has(field)) return undefined;
  return base.fields.get(field) ?? null;
}

function checked(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('a conflict resolver must answer a string or null');
}
