import type { SyncStats } from '@cachefb/core';
import type { OnConflict } from './keys.js';

/** What a worker is told at its start. */
export interface WorkerTask {
  readonly url: string;
  /** Its name in the history. */
  readonly name: string;
  readonly seed: number;
  readonly onConflict: OnConflict;
  /** Milliseconds. */
  readonly failoverTimeout: number;
  /** What the machine's monotonic clock, the same for all processes, lacks to epoch milliseconds. */
  readonly clockOrigin: number;
}

/** The machine's monotonic clock, milliseconds. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What a worker is asked, one question at a time. */
export type Question =
  /** Stops sending commands. */
  | { readonly ask: 'finish' }
  /** Whether Redis answers it, and everything is brought back. */
  | { readonly ask: 'settled' }
  /** What it finds under some keys now. */
  | { readonly ask: 'look'; readonly keys: readonly string[] }
  /** What it did, and how it went. Then it ends. */
  | { readonly ask: 'report' };

/** What a worker says by itself when it has begun. */
export const READY = 'ready';

/** How it went for a worker. */
export interface WorkerReport {
  /** By `encodeHistory`. */
  readonly history: string;
  readonly commands: number;
  readonly rejected: readonly string[];
  /** The longest that a caller waited, less what its own process stood still, milliseconds. */
  readonly slowest: number;
  readonly events: readonly WorkerEvent[];
  readonly stats: SyncStats;
  readonly uncaught: readonly string[];
}

/** Something that a worker's manager told. */
export interface WorkerEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly what: string;
}

/** A string's text, a hash's fields, or `null`. */
export type Found = string | Record<string, string> | null;
