import {
  type CacheBackend,
  CacheUnavailableError,
  type Change,
  type Clock,
  type Command,
  type Effect,
  type Reply,
} from '@cachefb/core';
import type { PolicyLookup } from '@cachefb/sync';

/** Told of a deletion whose stamps the server refused. */
type OnUnstamped = (error: CacheUnavailableError) => Promise<unknown>;

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

  /**
   * Runs a deletion in such a way that it leaves stamps; `undefined` for anything else.
   *
   * @param onUnstamped - called, and waited for, where it was carried out and the stamps were refused.
   */
  instead(command: Command, onUnstamped: OnUnstamped): Promise<Reply> | undefined {
    if (this.#end === 0 || (command.name !== 'del' && command.name !== 'hdel')) return undefined;
    if (this.#clock.now() >= this.#end) {
      this.#end = 0;
      return undefined;
    }
    const keys = command.name === 'del' ? command.keys : [command.key];
    if (!keys.some((key) => this.#policies(key).onRecovery === 'sync')) return undefined;
    return command.name === 'del'
      ? this.#del([...new Set(keys)], onUnstamped)
      : this.#hdel(command, onUnstamped);
  }

  #del(keys: readonly string[], onUnstamped: OnUnstamped): Promise<number> {
    const changes = keys.map((key) => this.#change(key, { kind: 'delete' }));
    return this.#both(this.#primary.del(...keys), changes, onUnstamped);
  }

  #hdel({ key, fields }: Command<'hdel'>, onUnstamped: OnUnstamped): Promise<number> {
    const effect: Effect = {
      kind: 'fields',
      set: new Map(),
      increment: new Map(),
      remove: [...new Set(fields)],
      deadline: 'keep',
    };
    return this.#both(this.#primary.hdel(key, ...fields), [this.#change(key, effect)], onUnstamped);
  }

  /**
   * The stamps are sent right behind the deletion itself, and find nothing left to delete: Redis tells of what a script
   * deletes as of a change by somebody else, and the copy of a hash would have to be read again.
   */
  async #both(
    deletion: Promise<number>,
    changes: readonly Change[],
    onUnstamped: OnUnstamped,
  ): Promise<number> {
    const [deleted, stamped] = await Promise.allSettled([deletion, this.#apply(changes)]);
    if (deleted.status === 'rejected') throw deleted.reason;
    if (stamped.status === 'rejected') {
      // A server that is full deletes and runs no script.
      if (!isRefusal(stamped.reason)) throw stamped.reason;
      await onUnstamped(stamped.reason);
    }
    return deleted.value;
  }

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

function isRefusal(error: unknown): error is CacheUnavailableError {
  return error instanceof CacheUnavailableError && error.fate === 'refused';
}
