import type { CacheBackend } from '@cachefb/core';
import type { Journal, JournalRecord, SettledResult } from '@cachefb/sync';
import type { Mirror } from './mirror/mirror.js';

/** What {@link RecordEnds} works with. */
export interface RecordEndsOptions {
  readonly fallback: CacheBackend;
  readonly journal: Journal;
  readonly mirror: Mirror;
  /** Whether Redis may own keys now. */
  readonly isPossible: () => boolean;
}

/** What becomes of memory when a record has ended. */
export class RecordEnds {
  readonly #options: RecordEndsOptions;

  constructor(options: RecordEndsOptions) {
    this.#options = options;
  }

  /** A record is done: where Redis kept something else, a copy becomes that. */
  settled(record: JournalRecord, { outcome, current }: SettledResult): void {
    if (outcome === 'remote' && current !== undefined && record.policy.mirror) {
      this.#options.mirror.replace(record.key, current);
    }
  }

  /** Redis owns the key again: what is not mirrored leaves memory, lest the next outage serve it. */
  released(key: string, record: JournalRecord): void {
    const { fallback, mirror, isPossible } = this.#options;
    fallback.unpin?.(key);
    if (!isPossible()) return;
    if (record.policy.mirror) mirror.refresh(key);
    else fallback.del(key).catch(() => {});
  }

  /** Removes what is left in memory of keys whose records were given up. */
  async purge(): Promise<void> {
    const { fallback, mirror, journal } = this.#options;
    for await (const key of fallback.scan()) {
      if (!mirror.has(key) && !journal.has(key)) await fallback.del(key);
    }
  }
}
