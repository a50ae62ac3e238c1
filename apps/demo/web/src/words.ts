import type { KeyRow, Mode } from '../../src/web/protocol.js';

/** What each mode is called. */
export const MODE_WORDS: Readonly<Record<Mode, string>> = {
  redis: 'Redis',
  memory: 'memory',
  syncing: 'syncing',
};

/** Who answers, in a few words. */
export const ANSWERERS: Readonly<Record<Mode, string>> = {
  redis: 'Redis',
  memory: 'memory',
  syncing: 'Redis, syncing',
};

/** Where a value comes from. */
export const SOURCE_WORDS: Readonly<Record<KeyRow['source'], string>> = {
  redis: 'Redis',
  memory: 'memory',
  nowhere: 'absent',
};

const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `13:02:11` */
export function timeOfDay(at: number): string {
  return time.format(at);
}

/** `0.21 ms`, `8.4 ms`, `312 ms`, `1.1 s`: about as wide for each. */
export function latency(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `24 h`, `9 min 58 s`, `60 s` */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds >= 3600) return `${Math.round(seconds / 3600)} h`;
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${seconds} s`;
}
