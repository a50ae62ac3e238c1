import type { HistoryRecord } from './record.js';

/** The rule that a history broke. */
export type HistoryRule =
  /** A counter is below what was acknowledged, or above what was ever sent. */
  | 'counter'
  /** There is a value that nobody wrote. */
  | 'phantom'
  /** There is a value that somebody had replaced. */
  | 'stale'
  /** There is a value that somebody had deleted. */
  | 'resurrected'
  /** There is nothing, and nobody had deleted it. */
  | 'lost'
  /** A key lives longer than anybody asked for, or has an end that nobody asked for. */
  | 'deadline'
  /** A process did not see what it had written itself. */
  | 'own write'
  /** A process saw an older value than before. */
  | 'older read';

/** Something that must not have happened. */
export interface Violation {
  readonly key: string;
  /** Of a hash. */
  readonly field?: string | undefined;
  readonly rule: HistoryRule;
  /** What was found, and what could have been. */
  readonly message: string;
  /** The records that show it. */
  readonly records: readonly HistoryRecord[];
}
