import type { Clock } from '@cachefb/core';
import type { InternalKeys } from './internal-keys.js';
import type { Link } from './link.js';

/** Ids in one command at most. */
const BATCH = 1000;

/**
 * Deletes the marks of changes that will not be sent again. As long as a copy of one may still be on its way to the server,
 * on a connection that could not be killed there, its mark stays until that copy would be refused for being late.
 */
export class MarkForgetter {
  readonly #keys: InternalKeys;
  readonly #clock: Clock;
  readonly #patience: number;
  /** Marks that have to stay for a while, oldest first. */
  #later: { readonly due: number; readonly ids: readonly string[] }[] = [];

  /** @param patience - how long a copy may be on its way, milliseconds. */
  constructor(keys: InternalKeys, clock: Clock, patience: number) {
    this.#keys = keys;
    this.#clock = clock;
    this.#patience = patience;
  }

  /** @param settled - whether no copy can be on its way. */
  async forget(link: Link, ids: readonly string[], settled: boolean): Promise<void> {
    if (settled) return this.#delete(link, ids);
    this.#later.push({ due: this.#clock.now() + this.#patience, ids });
  }

  /** Deletes what had to stay and no longer has to. */
  async sweep(link: Link): Promise<void> {
    const now = this.#clock.now();
    const due = this.#later.filter((entry) => entry.due <= now);
    if (due.length === 0) return;
    await this.#delete(
      link,
      due.flatMap(({ ids }) => ids),
    );
    this.#later = this.#later.filter((entry) => !due.includes(entry));
  }

  async #delete(link: Link, ids: readonly string[]): Promise<void> {
    const deletions: Promise<unknown>[] = [];
    for (const [key, members] of this.#byKey(ids)) {
      for (let i = 0; i < members.length; i += BATCH) {
        deletions.push(link.send('SREM', [key, ...members.slice(i, i + BATCH)]));
      }
    }
    await Promise.all(deletions);
  }

  #byKey(ids: readonly string[]): Map<string, string[]> {
    const sets = new Map<string, string[]>();
    for (const id of ids) {
      const key = this.#keys.marks(id);
      const members = sets.get(key);
      if (members === undefined) sets.set(key, [id]);
      else members.push(id);
    }
    return sets;
  }
}
