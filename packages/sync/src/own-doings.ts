import type { Happening } from './happening.js';
import { ABSENT_BASE, type Base, DOUBTED_BASE, type JournalRecord } from './record.js';

/** A put that was made only because the key was absent says so itself. */
export function baseFor({ base, written }: JournalRecord, happening: Happening): Base {
  const first = written.kind === 'nothing' && base.kind === 'unknown' && !base.mayBeOwn;
  return first && happening.kind === 'put' && happening.wasAbsent ? ABSENT_BASE : base;
}

/** What this process may itself have written counts as its base, and so does the end that it may have set. */
export function withUnconfirmed(before: Base, happening: Happening): Base {
  if (before.kind === 'unknown') return before;
  const base = withUnconfirmedEnd(before, happening);
  // What was to have ended by itself may go on.
  if (happening.kind === 'deadline') return isAbsent(base) ? DOUBTED_BASE : base;
  if (base.kind === 'hash') {
    const fields = fieldsOf(happening);
    return fields
      ? { ...base, unsure: new Set([...(base.unsure ?? []), ...fields]) }
      : DOUBTED_BASE;
  }
  if (happening.kind === 'put') return { ...base, values: [...base.values, happening.value] };
  if (happening.kind === 'delete') return { ...base, values: [...base.values, null] };
  return DOUBTED_BASE;
}

function isAbsent(base: Base): boolean {
  return base.kind === 'value' && base.values[0] === null;
}

function withUnconfirmedEnd<B extends Exclude<Base, { kind: 'unknown' }>>(
  base: B,
  happening: Happening,
): B {
  const sets = happening.kind === 'put' || happening.kind === 'deadline';
  if (!sets || typeof happening.deadline !== 'number') return base;
  return {
    ...base,
    mayEndAt: Math.min(base.mayEndAt ?? Number.POSITIVE_INFINITY, happening.deadline),
  };
}

/** The fields that something happened to, if it happened to fields. */
function fieldsOf(happening: Happening): readonly string[] | undefined {
  switch (happening.kind) {
    case 'set-fields':
      return happening.pairs.filter((_, index) => index % 2 === 0);
    case 'increment-field':
      return [happening.field];
    case 'remove-fields':
      return happening.fields;
    default:
      return undefined;
  }
}
