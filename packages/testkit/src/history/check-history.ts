import type { KeyState } from '@cachefb/core';
import { type CellHistory, cellsOf } from './cell-history.js';
import { checkCounter } from './check-counter.js';
import { checkReads } from './check-reads.js';
import { type CellContext, checkValue } from './check-value.js';
import { Deadlines } from './deadlines.js';
import { type FinalState, finalValue } from './final-state.js';
import { addsOf } from './order.js';
import type { HistoryRecord } from './record.js';
import type { Violation } from './violation.js';

/** What else is known about a history. */
export interface CheckOptions {
  /** What was there before. @defaultValue nothing */
  readonly initial?: ReadonlyMap<string, KeyState>;
  /** Keys that may be gone without anybody having deleted them: those that no recovery brings back. @defaultValue none */
  mayVanish?(key: string): boolean;
  /**
   * Keys that a read may not find though they are there: in an outage a process knows only what it has used itself.
   *
   * @defaultValue none
   */
  mayMiss?(key: string): boolean;
  /**
   * Keys of which several processes' writes compete, and a conflict rule may choose an earlier one of another process.
   *
   * @defaultValue none
   */
  contested?(key: string): boolean;
  /** How many increments that were answered may be missing from each counter: what the statistics call ambiguous. */
  readonly ambiguous?: number;
  /** How far clocks may be apart, milliseconds. @defaultValue `250` */
  readonly tolerance?: number;
}

/**
 * Compares what is there in the end with everything that was done, key by key, and answers what must not be. Pure: the
 * same history has the same verdict.
 *
 * - Counters lie between the sum of what is done and that of done and unknown together.
 * - Everything else holds a value that somebody wrote, and that no other write certainly followed; what was deleted stays
 *   so.
 * - No key ends later than the latest end that was asked for.
 * - A process reads what it wrote itself, or something newer, and never an older value than before.
 */
export function checkHistory(
  history: readonly HistoryRecord[],
  final: FinalState,
  options: CheckOptions = {},
): Violation[] {
  const { tolerance = 250 } = options;
  const rules = (key: string) => ({ tolerance, contested: options.contested?.(key) ?? false });
  const deadlines = new Map<string, Deadlines>();
  const deadlinesOf = (key: string): Deadlines => {
    const known = deadlines.get(key) ?? new Deadlines(key, history, rules(key));
    deadlines.set(key, known);
    return known;
  };
  const violations = cellsOf(history).flatMap((cell) => {
    const context = contextOf(cell, final, options, deadlinesOf(cell.cell.key));
    const check = addsOf(cell.events).length > 0 ? checkCounter : checkValue;
    return [...check(cell, context), ...checkReads(cell, context)];
  });
  for (const key of deadlines.keys()) violations.push(...deadlinesOf(key).check(final));
  return violations;
}

function contextOf(
  { cell }: CellHistory,
  final: FinalState,
  options: CheckOptions,
  deadlines: Deadlines,
): CellContext {
  const { key } = cell;
  const initial = { at: 0, keys: options.initial ?? new Map<string, KeyState>() };
  return {
    initial: finalValue(initial, cell),
    final: finalValue(final, cell),
    at: final.at,
    mayVanish: options.mayVanish?.(key) ?? false,
    mayMiss: options.mayMiss?.(key) ?? false,
    contested: options.contested?.(key) ?? false,
    ambiguous: options.ambiguous ?? 0,
    mayHaveEnded: (from, to) => deadlines.mayHaveEnded(from, to),
    mayHaveRestarted: (at) => deadlines.mayHaveRestarted(at),
  };
}
