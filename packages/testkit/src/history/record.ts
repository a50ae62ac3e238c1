import type { CacheProvider, Command } from '@cachefb/core';

/**
 * What became of a command, as its caller saw it: `'done'` it was answered, `'failed'` it is known to have had no effect,
 * `'unknown'` it may or may not have taken effect.
 */
export type HistoryOutcome = 'done' | 'failed' | 'unknown';

/** One command of a recorded history. */
export interface HistoryRecord {
  /** Which process called; own writes are looked for within one. */
  readonly process: string;
  /** The command with its key and arguments, in its checked form. */
  readonly command: Command;
  /** When it was called, epoch milliseconds; the clocks of all processes must agree. */
  readonly start: number;
  /** When its outcome was known. */
  readonly end: number;
  readonly outcome: HistoryOutcome;
  /** What was answered, if it is done. */
  readonly reply?: unknown;
  /** Who answered, as far as known. */
  readonly provider?: CacheProvider | undefined;
}

/** Records as lines of JSON, to be handed from one process to another. */
export function encodeHistory(records: readonly HistoryRecord[]): string {
  const lines = records.map((record) =>
    JSON.stringify(record, (_, value: unknown) =>
      typeof value === 'bigint' ? { [BIGINT]: String(value) } : value,
    ),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** Reads {@link encodeHistory}. */
export function decodeHistory(lines: string): HistoryRecord[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line, revive) as HistoryRecord);
}

const BIGINT = '$bigint';

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(BIGINT in value)) return value;
  return BigInt(String(value[BIGINT]));
}
