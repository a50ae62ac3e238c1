import type { DeadlineChange, Integer } from '@cachefb/core';
import type { Happening } from './happening.js';
import { add, parse } from './integer.js';
import { endOf, type FieldWritten, type Written } from './written.js';

const DELETED: Written = Object.freeze({ kind: 'delete' });

/**
 * Merges what happens to a key into what had happened to it before. Maps of `before` are taken over and changed.
 *
 * Whatever is known whole stays whole: after a deletion, or a change of type, there is nothing of Redis's left to add to,
 * so the result is a put and never an increment or single fields.
 */
export function merge(before: Written | undefined, happening: Happening, now: number): Written {
  if (before === undefined || before.kind === 'nothing' || replaces(happening)) {
    return begin(happening);
  }
  const end = endOf(before);
  const previous = end !== undefined && end <= now ? DELETED : before;
  switch (happening.kind) {
    case 'put':
      return { kind: 'put', value: happening.value, deadline: deadlineOf(previous) };
    case 'increment':
      return mergeIncrement(previous, happening);
    case 'set-fields':
      return mergeFields(previous, pairsToFields(happening.pairs));
    case 'increment-field':
      return mergeFieldIncrement(previous, happening);
    case 'remove-fields':
      return mergeRemoval(previous, happening.fields);
    case 'deadline':
      return previous.kind === 'delete' || previous.kind === 'nothing'
        ? previous
        : { ...previous, deadline: happening.deadline };
    case 'delete':
      return DELETED;
  }
}

/** Whether nothing of what was before counts: it need not even be looked at, which in a large journal takes time. */
function replaces(happening: Happening): boolean {
  return happening.kind === 'put' && happening.deadline !== 'keep';
}

function begin(happening: Happening): Written {
  switch (happening.kind) {
    case 'put':
      return { kind: 'put', value: happening.value, deadline: happening.deadline };
    case 'increment':
      return { kind: 'increment', by: happening.by, full: happening.result, deadline: 'keep' };
    case 'set-fields':
      return { kind: 'fields', fields: pairsToFields(happening.pairs), deadline: 'keep' };
    case 'increment-field': {
      const { field, by, result } = happening;
      const fields = new Map<string, FieldWritten>([
        [field, { kind: 'increment', by, full: result }],
      ]);
      return { kind: 'fields', fields, deadline: 'keep' };
    }
    case 'remove-fields':
      return { kind: 'fields', fields: removals(happening.fields), deadline: 'keep' };
    case 'deadline':
      return { kind: 'deadline', deadline: happening.deadline };
    case 'delete':
      return DELETED;
  }
}

type Increment = Extract<Happening, { kind: 'increment' }>;

function mergeIncrement(previous: Written, { by, result }: Increment): Written {
  switch (previous.kind) {
    case 'put':
      return { ...previous, value: String(result ?? add(parse(previous.value), by)) };
    case 'increment':
      return { ...previous, by: add(previous.by, by), full: result };
    case 'deadline':
      return { kind: 'increment', by, full: result, deadline: previous.deadline };
    default:
      return { kind: 'put', value: String(result ?? by), deadline: null };
  }
}

function mergeFields(previous: Written, fields: Map<string, FieldWritten>): Written {
  if (previous.kind === 'fields') {
    for (const [field, written] of fields) previous.fields.set(field, written);
    return previous;
  }
  if (previous.kind === 'deadline') return { kind: 'fields', fields, deadline: previous.deadline };
  const whole = wholeOf(previous);
  for (const [field, written] of fields) {
    if (written.kind === 'put') whole.fields.set(field, written.value);
  }
  return whole;
}

type FieldIncrement = Extract<Happening, { kind: 'increment-field' }>;

function mergeFieldIncrement(previous: Written, { field, by, result }: FieldIncrement): Written {
  if (previous.kind === 'fields') {
    previous.fields.set(field, incrementField(previous.fields.get(field), by, result));
    return previous;
  }
  if (previous.kind === 'deadline') {
    const fields = new Map([[field, incrementField(undefined, by, result)]]);
    return { kind: 'fields', fields, deadline: previous.deadline };
  }
  const whole = wholeOf(previous);
  const old = whole.fields.get(field);
  const value = result ?? (old === undefined ? by : add(parse(old), by));
  whole.fields.set(field, String(value));
  return whole;
}

function incrementField(
  previous: FieldWritten | undefined,
  by: Integer,
  result: Integer | undefined,
): FieldWritten {
  switch (previous?.kind) {
    case 'put':
      return { kind: 'put', value: String(result ?? add(parse(previous.value), by)) };
    case 'increment':
      return { kind: 'increment', by: add(previous.by, by), full: result };
    case 'delete':
      return { kind: 'put', value: String(result ?? by) };
    default:
      return { kind: 'increment', by, full: result };
  }
}

function mergeRemoval(previous: Written, fields: readonly string[]): Written {
  switch (previous.kind) {
    case 'fields':
      for (const field of fields) previous.fields.set(field, { kind: 'delete' });
      return previous;
    case 'put-hash':
      for (const field of fields) previous.fields.delete(field);
      return previous.fields.size === 0 ? DELETED : previous;
    case 'deadline':
      return { kind: 'fields', fields: removals(fields), deadline: previous.deadline };
    default:
      return previous;
  }
}

/** The hash that a whole put has become so far: a new one, unless it was one already. */
function wholeOf(previous: Written): Extract<Written, { kind: 'put-hash' }> {
  return previous.kind === 'put-hash'
    ? previous
    : { kind: 'put-hash', fields: new Map(), deadline: null };
}

function deadlineOf(written: Written): DeadlineChange {
  return 'deadline' in written ? written.deadline : null;
}

function pairsToFields(pairs: readonly string[]): Map<string, FieldWritten> {
  const fields = new Map<string, FieldWritten>();
  for (let i = 0; i < pairs.length; i += 2) {
    fields.set(pairs[i] as string, { kind: 'put', value: pairs[i + 1] as string });
  }
  return fields;
}

function removals(names: readonly string[]): Map<string, FieldWritten> {
  return new Map(names.map((name) => [name, { kind: 'delete' }]));
}
