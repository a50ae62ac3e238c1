import type { Change, DeadlineChange } from '@cachefb/core';
import type { SettledResult } from './engine-options.js';
import {
  ABSENT_BASE,
  type Base,
  baseOf,
  isOver,
  type JournalRecord,
  UNKNOWN_BASE,
} from './record.js';

/** What Redis is known to hold after a record: the base of the next one of its key. */
export function baseLeft(
  record: JournalRecord,
  result: SettledResult,
  applied: Change | undefined,
  now: number,
): Base {
  if (result.outcome === 'remote' && result.current !== undefined) return baseOf(result.current);
  switch (applied?.effect.kind) {
    case 'put': {
      const { value } = applied.effect;
      const deadline = deadlineLeft(record, applied.effect.deadline, now);
      return deadline === undefined ? UNKNOWN_BASE : { kind: 'value', values: [value], deadline };
    }
    case 'delete':
      return ABSENT_BASE;
    default:
      return UNKNOWN_BASE;
  }
}

/** A deadline that was kept is the one of the base, if that is known to have been there still. */
function deadlineLeft(
  { base }: JournalRecord,
  deadline: DeadlineChange,
  now: number,
): number | null | undefined {
  if (deadline !== 'keep') return deadline;
  if (base.kind !== 'value' || base.mayEndAt !== undefined || isOver(base, now)) return undefined;
  return base.deadline;
}
