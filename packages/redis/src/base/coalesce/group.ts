import type { Request } from '../link.js';

/** Commands of one turn that travel beside each other, as one command or as several. */
export interface Group {
  /** Its place among the groups of the turn, which is that of its commands among those on the same keys. */
  readonly place: number;
  /** How many callers wait for it. */
  readonly callers: number;
  /** The keys that its commands name, some of them perhaps more than once. */
  keys(): Iterable<string>;
  /** Adds what is to be sent. */
  write(requests: Request[]): void;
  /** Takes its outcomes, which begin at an index; answers the index behind them. */
  settle(outcomes: readonly unknown[], from: number): number;
}

/** Commands in one that is sent for many, at most: other clients of the server wait meanwhile. */
export const MOST_KEYS = 500;
/** Bytes in one that is sent for many, or in the reply to it, about. */
export const MOST_BYTES = 1 << 18;
