import type { CellHistory } from './cell-history.js';
import type { CellEvent } from './effect.js';
import { before, lastWrites, type WriteEvent, writesOf } from './order.js';
import type { HistoryRule, Violation } from './violation.js';

/** What is known about a cell beside its events. */
export interface CellContext {
  /** What it held before the history began. */
  readonly initial: string | null;
  /** What it holds in the end. */
  readonly final: string | null;
  /** When that was read. */
  readonly at: number;
  /** It may be gone without anybody having deleted it. */
  readonly mayVanish: boolean;
  /** A read may not find it though it is there. */
  readonly mayMiss: boolean;
  /** A write may lose to an earlier one of another process. */
  readonly contested: boolean;
  /** How many increments that were answered may be missing. */
  readonly ambiguous: number;
  /** Whether its key may have run out at a moment between two times. */
  mayHaveEnded(from: number, to: number): boolean;
  /** Whether its key may have run out at some time before then. */
  mayHaveRestarted(at: number): boolean;
}

/** A cell without increments holds what somebody wrote, and nobody certainly replaced. */
export function checkValue({ cell, events }: CellHistory, context: CellContext): Violation[] {
  const { final, initial, at, mayVanish, contested } = context;
  const writes = writesOf(events);
  const last = lastWrites(writes, contested);
  const untouched = writes.every(({ outcome }) => outcome !== 'done');
  if (last.some(({ effect }) => effect.value === final)) return [];
  if (untouched && final === initial) return [];
  if (final === null && (mayVanish || context.mayHaveEnded(at, at))) return [];
  const violation = (
    rule: HistoryRule,
    message: string,
    records: readonly CellEvent[],
  ): Violation[] => [{ ...cell, rule, message, records: records.map(({ record }) => record) }];
  if (final === null) {
    return violation('lost', `it is gone; it should be ${shown(last, initial, untouched)}`, last);
  }
  const known = writes.filter(({ effect }) => effect.value === final);
  if (known.length === 0 && final !== initial) {
    return violation('phantom', `it is ${JSON.stringify(final)}, which nobody wrote`, last);
  }
  const followers = writes.filter(
    (later) => later.outcome === 'done' && known.every((write) => before(write, later)),
  );
  const deleted = followers.some(({ effect }) => effect.value === null);
  return violation(
    deleted ? 'resurrected' : 'stale',
    `it is ${JSON.stringify(final)}; it should be ${shown(last, initial, untouched)}`,
    [...known, ...followers],
  );
}

function shown(last: readonly WriteEvent[], initial: string | null, untouched: boolean): string {
  const values = last.map(({ effect }) => effect.value);
  if (untouched) values.push(initial);
  return [...new Set(values)].map((value) => JSON.stringify(value)).join(' or ');
}
