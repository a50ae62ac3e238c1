import type { Change, Effect, Expectation, ExpectedValues, Integer } from '@cachefb/core';
import type { JournalRecord } from './record.js';
import type { FieldWritten, Written } from './written.js';

/** What the way back knows of the server. */
export interface Surroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The server lost everything: counters are brought back in full. */
  readonly emptied: boolean;
}

/** What becomes of a record, in a word: for statistics and `planSync()`. */
export type Action = 'write' | 'increment' | 'expire' | 'delete' | 'invalidate' | 'none';

/** A record as it is to be applied. */
export interface Plan {
  readonly action: Action;
  /** `undefined` if there is nothing to send. */
  readonly change: Change | undefined;
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
      const { deadline } = written;
      const over = typeof deadline === 'number' && deadline <= now;
      return over
        ? plan(record, 'expire', { kind: 'delete' }, wholeExpectation(record, surroundings))
        : plan(record, 'write', written, wholeExpectation(record, surroundings));
    }
    case 'increment': {
      const { by, full, deadline } = written;
      const effect: Effect = { kind: 'increment', by, full: emptied ? full : undefined, deadline };
      return plan(record, 'increment', effect);
    }
    case 'fields':
      return plan(
        record,
        'write',
        fieldsEffect(written, emptied, 'set'),
        fieldExpectation(record, written.fields, surroundings),
      );
    case 'deadline':
      return plan(record, 'expire', { kind: 'deadline', deadline: written.deadline });
    default:
      return plan(record, 'delete', { kind: 'delete' }, wholeExpectation(record, surroundings));
  }
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
  const { id, key, writtenAt, policy } = record;
  const stamp = policy.onRecovery === 'sync';
  return { action, change: { id, key, effect, expect, writtenAt, stamp, force: !stamp } };
}

type Fields = Extract<Written, { kind: 'fields' }>;

function fieldsEffect(written: Fields, emptied: boolean, puts: 'set' | 'remove'): Effect {
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
      return {
        fields: new Map(
          [...base.fields].map(([field, value]) => [field, gone ? [value, null] : [value]]),
        ),
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
    if (change.kind === 'increment') continue;
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
  { deadline }: { readonly deadline: number | null },
  { now, emptied }: Surroundings,
): boolean {
  return emptied || (deadline !== null && deadline <= now);
}
