import type {
  Change,
  DeadlineChange,
  Effect,
  Expectation,
  ExpectedValues,
  Integer,
} from '@cachefb/core';
import { add, parse } from './integer.js';
import { type Copy, DEADLINE_TOLERANCE, idOf, isOver, type JournalRecord } from './record.js';
import { type FieldWritten, keepsDeadline, type Written } from './written.js';

/** What the way back knows of the server. */
export interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The server lost everything: counters are brought back in full. */
  readonly emptied: boolean;
  /** The record that follows, if one does: it then says when the key ends, even if that has been meanwhile. */
  readonly successorOf: (record: JournalRecord) => JournalRecord | undefined;
}

/** What becomes of a record, in a word: for statistics and `planSync()`. */
export type Action = 'write' | 'increment' | 'expire' | 'delete' | 'invalidate' | 'none';

/** A record as it is to be applied. */
export interface Plan {
  readonly action: Action;
  /** `undefined` if there is nothing to send. */
  readonly change: Change | undefined;
  /** What to send instead if the key has to exist and does not. */
  readonly revival?: Change | undefined;
}

/** Turns a record into the change that brings it back, by its policy. */
export function planOf(record: JournalRecord, surroundings: Surroundings): Plan {
  const { policy, written } = record;
  if (policy.onRecovery === 'ignore' || written.kind === 'nothing') {
    return { action: 'none', change: undefined };
  }
  return policy.onRecovery === 'sync' && !record.shrunk
    ? synchronise(record, surroundings)
    : invalidate(record, surroundings);
}

function synchronise(record: JournalRecord, surroundings: Surroundings): Plan {
  const { now, emptied } = surroundings;
  const { written } = record;
  switch (written.kind) {
    case 'put':
    case 'put-hash': {
      const deadline = deadlineOf(record, written.deadline, surroundings);
      const expect = wholeExpectation(record, surroundings);
      if (deadline === 'keep') return survive(record, surroundings, 'write', written, expect);
      return typeof deadline === 'number' && deadline <= now
        ? plan(record, 'expire', { kind: 'delete' }, expect)
        : plan(record, 'write', { ...written, deadline }, expect);
    }
    case 'increment': {
      const { by, full } = written;
      const deadline = deadlineOf(record, written.deadline, surroundings);
      const effect: Effect = { kind: 'increment', by, full: emptied ? full : undefined, deadline };
      return survive(record, surroundings, 'increment', effect);
    }
    case 'fields': {
      const deadline = deadlineOf(record, written.deadline, surroundings);
      const effect: Effect = { ...fieldsEffect(written, emptied, 'set'), deadline };
      const expect = fieldExpectation(record, written.fields, surroundings);
      return survive(record, surroundings, 'write', effect, expect);
    }
    case 'deadline': {
      const deadline = deadlineOf(record, written.deadline, surroundings);
      return deadline === 'keep'
        ? { action: 'none', change: undefined }
        : survive(record, surroundings, 'expire', { kind: 'deadline', deadline });
    }
    default:
      return plan(record, 'delete', { kind: 'delete' }, wholeExpectation(record, surroundings));
  }
}

/**
 * An effect on a key whose copy had a deadline that has passed, or is about to. If nobody gave it a later one, the key
 * is over, unless somebody else did: so it has to exist. If this process did, Redis has let it expire without knowing: it is written
 * again, whole.
 */
function survive(
  record: JournalRecord,
  surroundings: Surroundings,
  action: Action,
  effect: Effect,
  expect?: Expectation,
): Plan {
  const { copy, written } = record;
  const expected = withDeadline(expect, record, surroundings);
  if (copy === undefined || !mayBeOver(copy, surroundings.now)) {
    return plan(record, action, effect, expected);
  }
  const conditional = plan(record, action, effect, { ...expected, exists: true });
  const goesOn =
    !keepsDeadline(written) || isProlonged(surroundings.successorOf(record), copy.deadline);
  if (!goesOn) return conditional;
  const revived = revive(copy, written);
  return { ...conditional, revival: plan(record, 'write', revived, { value: [null] }).change };
}

/** Whoever sets a deadline has to know whether somebody else has set one, too: then the earlier one holds. */
function withDeadline(
  expect: Expectation | undefined,
  { base, written }: JournalRecord,
  surroundings: Surroundings,
): Expectation | undefined {
  if (base.kind === 'unknown' || keepsDeadline(written)) return expect;
  if (surroundings.emptied || isOver(base, surroundings.now)) return expect;
  const wasAbsent = base.kind === 'value' && base.values.includes(null);
  return wasAbsent ? expect : { ...expect, deadline: base.deadline };
}

/** The whole value that a copy has become. */
function revive(copy: Copy, written: Written): Effect {
  const deadline = 'deadline' in written && written.deadline !== 'keep' ? written.deadline : null;
  if (written.kind === 'put') return { kind: 'put', value: written.value, deadline };
  if (written.kind === 'put-hash') return { kind: 'put-hash', fields: written.fields, deadline };
  if (copy.type === 'string') {
    const value =
      written.kind === 'increment' ? String(add(parse(copy.value), written.by)) : copy.value;
    return { kind: 'put', value, deadline };
  }
  const fields = new Map(copy.fields);
  if (written.kind !== 'fields') return { kind: 'put-hash', fields, deadline };
  for (const [field, change] of written.fields) {
    if (change.kind === 'put') fields.set(field, change.value);
    else if (change.kind === 'delete') fields.delete(field);
    else fields.set(field, String(add(parse(fields.get(field) ?? '0'), change.by)));
  }
  return { kind: 'put-hash', fields, deadline };
}

/** Whether a later record says itself when the key ends, and does not begin anew what had ended before. */
function isProlonged(successor: JournalRecord | undefined, end: number | null): boolean {
  if (successor === undefined || keepsDeadline(successor.written)) return false;
  return end === null || successor.openedAt < end;
}

/** A deadline that has passed must not end a key of which a later record says that it goes on. */
function deadlineOf(
  record: JournalRecord,
  deadline: DeadlineChange,
  { now, successorOf }: Surroundings,
): DeadlineChange {
  const over = typeof deadline === 'number' && deadline <= now;
  return over && isProlonged(successorOf(record), deadline) ? 'keep' : deadline;
}

/** Removes what would reappear in an older form; applies what is exact without knowing the value. */
function invalidate(record: JournalRecord, { emptied }: Surroundings): Plan {
  const { written } = record;
  switch (written.kind) {
    case 'increment': {
      const { by, full, deadline } = written;
      const effect: Effect = { kind: 'increment', by, full: emptied ? full : undefined, deadline };
      return plan(record, 'increment', effect);
    }
    case 'fields': {
      const action = [...written.fields.values()].some(({ kind }) => kind === 'put')
        ? 'invalidate'
        : 'write';
      return plan(record, action, fieldsEffect(written, emptied, 'remove'));
    }
    case 'deadline':
      return plan(record, 'expire', { kind: 'deadline', deadline: written.deadline });
    case 'delete':
      return plan(record, record.shrunk ? 'invalidate' : 'delete', { kind: 'delete' });
    default:
      return plan(record, 'invalidate', { kind: 'delete' });
  }
}

function plan(
  record: JournalRecord,
  action: Action,
  effect: Effect,
  expect?: Expectation | undefined,
): Plan {
  const { key, writtenAt, policy } = record;
  const id = idOf(record);
  const stamp = policy.onRecovery === 'sync';
  return { action, change: { id, key, effect, expect, writtenAt, stamp, force: !stamp } };
}

type Fields = Extract<Written, { kind: 'fields' }>;

function fieldsEffect(
  written: Fields,
  emptied: boolean,
  puts: 'set' | 'remove',
): Extract<Effect, { kind: 'fields' }> {
  const set = new Map<string, string>();
  const fill = new Map<string, string>();
  const increment = new Map<string, Integer>();
  const remove: string[] = [];
  for (const [field, change] of written.fields) {
    if (change.kind === 'put' && puts === 'set') set.set(field, change.value);
    else if (change.kind !== 'increment') remove.push(field);
    else {
      increment.set(field, change.by);
      if (emptied && change.full !== undefined) {
        fill.set(field, String(BigInt(change.full) - BigInt(change.by)));
      }
    }
  }
  return { kind: 'fields', set, fill, increment, remove, deadline: written.deadline };
}

/** What the whole key has to hold still; `undefined` if it may hold anything. */
function wholeExpectation(
  record: JournalRecord,
  surroundings: Surroundings,
): Expectation | undefined {
  const { base } = record;
  switch (base.kind) {
    case 'unknown':
      return keepsUnknown(record) ? { value: [null] } : undefined;
    case 'value':
      return { value: mayBeGone(base, surroundings) ? [...base.values, null] : base.values };
    case 'hash': {
      const gone = mayBeGone(base, surroundings);
      const sure = [...base.fields].filter(([field]) => !base.unsure?.has(field));
      return {
        fields: new Map(sure.map(([field, value]) => [field, gone ? [value, null] : [value]])),
      };
    }
  }
}

/** What the touched fields have to hold still. Increments fit whatever is there. */
function fieldExpectation(
  record: JournalRecord,
  fields: ReadonlyMap<string, FieldWritten>,
  surroundings: Surroundings,
): Expectation | undefined {
  const { base } = record;
  if (base.kind === 'unknown' && !keepsUnknown(record)) return undefined;
  const known = base.kind === 'hash' ? base.fields : undefined;
  const gone = base.kind === 'hash' && mayBeGone(base, surroundings);
  const expected = new Map<string, ExpectedValues>();
  for (const [field, change] of fields) {
    const unsure = base.kind === 'hash' && base.unsure?.has(field);
    if (change.kind === 'increment' || unsure) continue;
    const value = known?.get(field) ?? null;
    expected.set(field, gone ? [value, null] : [value]);
  }
  return { fields: expected };
}

/** Under these rules what Redis holds is looked at even where it cannot be compared with a base. */
function keepsUnknown({ policy }: JournalRecord): boolean {
  return policy.onConflict === 'remote' || typeof policy.onConflict === 'function';
}

/** Whether the base may have left Redis without anybody's doing: it expired, or the server lost it. */
function mayBeGone(
  base: { readonly deadline: number | null; readonly mayEndAt?: number },
  { now, emptied }: Surroundings,
): boolean {
  return emptied || mayBeOver(base, now) || mayBeOver({ deadline: base.mayEndAt ?? null }, now);
}

/** Whether Redis may have let it expire already. */
function mayBeOver(copy: { readonly deadline: number | null }, now: number): boolean {
  return isOver(copy, now + DEADLINE_TOLERANCE);
}
