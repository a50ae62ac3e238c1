import type { CacheBackend, Change, Clock, Command, Effect, Reply } from '@cachefb/core';
import type { PolicyLookup } from '@cachefb/sync';

/**
 * Deletions of critical keys on a server that has just come up, perhaps empty: another process may still be about to
 * give it back what it lost. Sent as changes they leave stamps, which that process respects.
 */
export class StampedDeletions {
  readonly #primary: CacheBackend;
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;
  #end = 0;

  constructor(primary: CacheBackend, policies: PolicyLookup, clock: Clock) {
    this.#primary = primary;
    this.#policies = policies;
    this.#clock = clock;
  }

  /** Deletions leave stamps for so many milliseconds from now. */
  until(ms: number): void {
    this.#end = ms > 0 ? this.#clock.now() + ms : 0;
  }

  /** Runs a deletion in such a way that it leaves stamps; `undefined` for anything else. */
  instead(command: Command): Promise<Reply> | undefined {
    if (this.#end === 0 || (command.name !== 'del' && command.name !== 'hdel')) return undefined;
    if (this.#clock.now() >= this.#end) {
      this.#end = 0;
      return undefined;
    }
    const keys = command.name === 'del' ? command.keys : [command.key];
    if (!keys.some((key) => this.#policies(key).onRecovery === 'sync')) return undefined;
    return command.name === 'del' ? this.#del([...new Set(keys)]) : this.#hdel(command);
  }

  async #del(keys: readonly string[]): Promise<number> {
    const [count] = await Promise.all([
      this.#primary.del(...keys),
      this.#apply(keys.map((key) => this.#change(key, { kind: 'delete' }))),
    ]);
    return count;
  }

  async #hdel({ key, fields }: Command<'hdel'>): Promise<number> {
    const effect: Effect = {
      kind: 'fields',
      set: new Map(),
      increment: new Map(),
      remove: [...new Set(fields)],
      deadline: 'keep',
    };
    const [count] = await Promise.all([
      this.#primary.hdel(key, ...fields),
      this.#apply([this.#change(key, effect)]),
    ]);
    return count;
  }

  /**
   * Sent right behind the deletion itself, so that it finds nothing left to delete: Redis tells of what a script deletes
   * as of a change by somebody else, and the copy of a hash would have to be read again.
   */
  async #apply(changes: readonly Change[]): Promise<void> {
    const outcomes = await this.#primary.apply(changes);
    // Nobody has to wait for that; if it fails, the marks end by themselves.
    this.#primary.confirm?.(changes.map(({ id }) => id)).catch(() => {});
    for (const outcome of outcomes) if (outcome.status === 'refused') throw outcome.error;
  }

  #change(key: string, effect: Effect): Change {
    const writtenAt = this.#clock.now();
    const id = `delete:${crypto.randomUUID()}`;
    return { id, key, effect, writtenAt, force: true, stamp: true };
  }
}
