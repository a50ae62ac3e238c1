const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}:${n}`);

/** Read again and again, and written once each during the outage. */
export const PAGES = numbered('page', 1000);
/** Deleted during the outage, each once. */
export const GONE = numbered('gone', 100);
/** Written during the outage, and after that by another process. */
export const SHARED = numbered('shared', 50);
/** Each counted up by one caller. */
export const COUNTERS = numbered('counter', 10);

/** What a key holds before the outage. */
export const before = (key: string): string => `before the outage: ${key}`;
/** What a contestant writes to it during the outage. */
export const during = (key: string): string => `during the outage: ${key}`;
/** What another process writes to it after that. */
export const newer = (key: string): string => `newer, by another process: ${key}`;
