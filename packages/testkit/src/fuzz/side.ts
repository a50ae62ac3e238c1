import type { Call } from './call.js';
import type { Outcome } from './outcome.js';

/** One of the two that are compared. */
export interface FuzzSide {
  /** Makes calls in their order; one outcome for each. */
  run(calls: readonly Call[], short: number): Promise<Outcome[]>;
  /** Deletes everything. */
  clear(): Promise<void>;
  /** Lets time pass, together with the other side. */
  wait(ms: number): Promise<void> | void;
  /** Everything that is there. */
  state(): Promise<FuzzState>;
}

/** Everything in a cache: what each key holds, and its remaining time, milliseconds or -1. */
export type FuzzState = ReadonlyMap<string, { readonly content: unknown; readonly pttl: number }>;
