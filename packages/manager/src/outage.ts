import type { Command, Reply, SyncStats } from '@cachefb/core';

/** The figures of one outage, for its line in the log. */
export class Outage {
  readonly startedAt: number;
  readonly #before: SyncStats;
  served = 0;
  hits = 0;
  misses = 0;
  dropped = 0;
  refused = 0;

  constructor(startedAt: number, before: SyncStats) {
    this.startedAt = startedAt;
    this.#before = before;
  }

  /** Counts a command that memory answered. */
  count(command: Command, reply: Reply): void {
    this.served++;
    if (command.name !== 'get' && command.name !== 'hget') return;
    if (reply === null) this.misses++;
    else this.hits++;
  }

  /** What the synchronisation has done since the outage began. */
  since(now: SyncStats): { readonly synced: number; readonly conflicts: number } {
    return {
      synced:
        now.totalSynced + now.invalidated - this.#before.totalSynced - this.#before.invalidated,
      conflicts: now.conflicts - this.#before.conflicts,
    };
  }
}
