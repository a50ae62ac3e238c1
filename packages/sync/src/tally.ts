import type { Change, SyncStats } from '@cachefb/core';
import type { Action } from './change-of.js';

/** What a {@link Tally} counts. */
export type Figures = {
  -readonly [K in keyof Omit<SyncStats, 'pending' | 'syncInProgress'>]: SyncStats[K];
};

/** The figures of an engine since its start. */
export class Tally {
  readonly figures: Figures = {
    totalSynced: 0,
    syncErrors: 0,
    lastSyncTime: 0,
    conflicts: 0,
    invalidated: 0,
    expired: 0,
    dropped: 0,
    ambiguous: 0,
  };

  /** Counts a record that has reached Redis. */
  applied(action: Action, { effect }: Change): void {
    if (action === 'invalidate') this.figures.invalidated++;
    else this.figures.totalSynced++;
    if (action === 'expire' && effect.kind === 'delete') this.figures.expired++;
  }
}
