import type { Clock } from '@cachefb/core';
import { type InternalKeys, isFrom, originOf } from './internal-keys.js';
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
    for (const [key, marks] of this.#byKey(ids)) {
      for (let i = 0; i < marks.length; i += BATCH) {
        deletions.push(link.send('SREM', [key, ...marks.slice(i, i + BATCH)]));
      }
    }
    await Promise.all(deletions);
  }

  #byKey(ids: readonly string[]): Map<string, string[]> {
    const sets = new Map<string, string[]>();
    let marks: string[] = [];
    let origin: string | undefined;
    for (const id of ids) {
      if (origin === undefined || !isFrom(origin, id)) {
        origin = originOf(id);
        const key = this.#keys.marks(id);
        marks = sets.get(key) ?? [];
        sets.set(key, marks);
      }
      marks.push(this.#keys.mark(id));
    }
    return sets;
  }
}
