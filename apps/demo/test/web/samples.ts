import type { LogEntry, Sample } from '../../src/web/protocol.js';

/** A sample that is like any other, at half a second's distance from the one before. */
export function sampleAt(turn: number, differently: Partial<Sample> = {}): Sample {
  return {
    at: 1_700_000_000_000 + turn * 500,
    ops: 1000,
    median: 0.2,
    p99: 4,
    hitRatio: 0.98,
    pending: 0,
    progress: null,
    ...differently,
  };
}

/** A line of the log. */
export function lineAt(turn: number): LogEntry {
  return { at: 1_700_000_000_000 + turn * 500, tone: 'info', text: `line ${turn}` };
}
