import type { Span } from './tally.js';

/** How many commands of each kind. */
export interface Writes {
  readonly set: number;
  readonly del: number;
  readonly count: number;
}

/** What a contestant was asked and what it answered. */
export interface PlayReport {
  /** Commands of the outage. */
  readonly outage: Span;
  /** Writes that were acknowledged while Redis was away. */
  readonly acknowledged: Writes;
  /** Reads of the outage. */
  readonly reads: number;
  /** Those of them that answered what was written last. */
  readonly right: number;
  /** Keys whose write was sent in the outage and acknowledged, then or later. */
  readonly set: readonly string[];
  /** Keys whose deletion was. */
  readonly deleted: readonly string[];
  /** Increments that were acknowledged at any time. */
  readonly counted: number;
  /** Of these, how many it says may be missing. */
  readonly ambiguous: number;
  /** What it answers for the keys that another process wrote, when all is well again; `null` if nothing. */
  readonly shared: readonly (string | null)[];
}

/** A contestant under load, told what happens to its Redis. */
export interface Player {
  /** Fills its keys, and begins to call. */
  begin(): Promise<void>;
  /** Redis is away from now on. */
  away(): Promise<void>;
  /** Writes the keys that another process will write, too, and does not wait for it. */
  share(): Promise<void>;
  /** Redis is about to be back. */
  back(): Promise<void>;
  /** Ends the calls, waits for those on their way as long as makes sense, and tells what became of all. */
  finish(): Promise<PlayReport>;
  close(): Promise<void>;
}
