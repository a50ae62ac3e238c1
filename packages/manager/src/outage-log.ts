import type { Clock, Command, Logger, Reply, SyncStats } from '@cachefb/core';
import type { JournalRecord } from '@cachefb/sync';
import type { FailoverReason, ManagerEvents } from './events.js';
import { Outage } from './outage.js';

/** Keeps the figures of the outage under way, and writes the lines of the log about it: a few for each outage. */
export class OutageLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #stats: () => SyncStats;
  #outage: Outage | undefined;

  constructor(logger: Logger, clock: Clock, stats: () => SyncStats) {
    this.#logger = logger;
    this.#clock = clock;
    this.#stats = stats;
  }

  /** Counts a command that memory answered. */
  count(command: Command, reply: Reply): void {
    this.#outage?.count(command, reply);
  }

  /** Counts a record that was given up. */
  dropped(record: JournalRecord, reason: 'full' | 'age'): void {
    if (this.#outage === undefined || this.#outage.dropped++ > 0) return;
    this.#logger.warn('the journal is full: the oldest changes are given up', {
      reason,
      key: record.key,
    });
  }

  /** Tells of the first change that Redis will never take: often it is a permission, and the others fare alike. */
  refused(key: string, error: Error): void {
    if (this.#outage !== undefined && this.#outage.refused++ > 0) return;
    this.#logger.error('Redis refuses for good what is to be brought back', {
      key,
      error: error.message,
    });
  }

  /** An outage begins; `undefined` if it had begun before and only goes on. */
  begin(reason: FailoverReason, error: Error | undefined): ManagerEvents['failover'] | undefined {
    if (this.#outage !== undefined) {
      this.#logger.debug('Redis is away again before everything was brought back');
      return undefined;
    }
    const at = this.#clock.now();
    this.#outage = new Outage(at, this.#stats());
    const fields = { reason, ...(error && { error: error.message }) };
    if (reason === 'manual') this.#logger.info('memory answers, by request', fields);
    else if (reason === 'unavailable-at-start') {
      this.#logger.error('Redis is not available at the start: memory answers', fields);
    } else this.#logger.warn('Redis is away: memory answers', fields);
    return { reason, ...(error && { error }), at };
  }

  /** The outage is over; its figures, or `undefined` if there was none. */
  end(): ManagerEvents['recovery'] | undefined {
    const outage = this.#outage;
    this.#outage = undefined;
    if (outage === undefined) return undefined;
    const at = this.#clock.now();
    const { synced, conflicts } = outage.since(this.#stats());
    const downtime = at - outage.startedAt;
    const { served, hits, misses, dropped } = outage;
    this.#logger.info('Redis answers again', {
      downtime: Math.round(downtime),
      served,
      hits,
      misses,
      synced,
      conflicts,
      dropped,
    });
    return { downtime, synced, conflicts, dropped, at };
  }
}
