import {
  ABSENT,
  type CacheBackend,
  CacheUnavailableError,
  type Change,
  type Clock,
  type Command,
  type Effect,
  type Expectation,
  type ExpectedValues,
  type KeyState,
  type Reply,
} from '@cachefb/core';
import type { PolicyLookup } from '@cachefb/sync';
import { runTelling } from './run.js';

const ABSENT_ONLY: ExpectedValues = [null];

/**
 * Told that a deletion was carried out, in the order of the replies, whenever its stamps follow: the deletion itself may
 * still reject because they did not.
 */
type OnDeleted = (count: number) => void;

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

  /** Whether a command may have to run in such a way that it leaves stamps. */
  isAbout(command: Command): command is Command<'del' | 'hdel'> {
    return this.#end !== 0 && (command.name === 'del' || command.name === 'hdel');
  }

  /** Runs a deletion in such a way that it leaves stamps; `undefined` for anything else. */
  instead(command: Command, onDeleted: OnDeleted): Promise<Reply> | undefined {
    if (!this.isAbout(command)) return undefined;
    if (this.#clock.now() >= this.#end) {
      this.#end = 0;
      return undefined;
    }
    const keys = command.name === 'del' ? command.keys : [command.key];
    if (!keys.some((key) => this.#policies(key).onRecovery === 'sync')) return undefined;
    return command.name === 'del'
      ? this.#del({ ...command, keys: [...new Set(keys)] }, onDeleted)
      : this.#hdel(command, onDeleted);
  }

  #del(command: Command<'del'>, onDeleted: OnDeleted): Promise<number> {
    const changes = command.keys.map((key) =>
      this.#change(key, { kind: 'delete' }, { value: ABSENT_ONLY }),
    );
    return this.#both(command, changes, onDeleted);
  }

  #hdel(command: Command<'hdel'>, onDeleted: OnDeleted): Promise<number> {
    const effect = {
      kind: 'fields' as const,
      set: new Map(),
      increment: new Map(),
      remove: [...new Set(command.fields)],
      deadline: 'keep' as const,
    };
    const fields = new Map(effect.remove.map((field) => [field, ABSENT_ONLY]));
    return this.#both(command, [this.#change(command.key, effect, { fields })], onDeleted);
  }

  /**
   * The stamps are sent right behind the deletion itself, and find nothing left to delete: Redis tells of what a script
   * deletes as of a change by somebody else, and the copy of a hash would have to be read again. Where something is there
   * it came after the deletion, and needs no stamp of that.
   */
  async #both(
    command: Command<'del' | 'hdel'>,
    changes: readonly Change[],
    onDeleted: OnDeleted,
  ): Promise<number> {
    const told = (count: Reply) => onDeleted(count as number);
    const deletion = runTelling(this.#primary, command, told) as Promise<number>;
    const [deleted, stamped] = await Promise.allSettled([deletion, this.#apply(changes)]);
    if (deleted.status === 'rejected') throw deleted.reason;
    // A full server deletes and runs no script; where scripts are not permitted, there are no stamps.
    if (stamped.status === 'rejected' && stamped.reason instanceof CacheUnavailableError) {
      throw stamped.reason;
    }
    return deleted.value;
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    const outcomes = await this.#primary.apply(changes);
    // Nobody has to wait for that; if it fails, the marks end by themselves.
    this.#primary.confirm?.(changes.map(({ id }) => id)).catch(() => {});
    for (const outcome of outcomes) if (outcome.status === 'refused') throw outcome.error;
  }

  #change(key: string, effect: Effect, expect: Expectation): Change {
    const writtenAt = this.#clock.now();
    const id = `delete:${crypto.randomUUID()}`;
    return { id, key, effect, expect, writtenAt, force: true, stamp: true };
  }
}

/**
 * What is left of a deletion after what came behind it; `undefined` if nothing.
 *
 * @param states - of its keys, in their order.
 */
export function stillGone(command: Command, states: readonly KeyState[]): Command | undefined {
  if (command.name === 'del') {
    const keys = command.keys.filter((_, i) => (states[i] ?? ABSENT).type === 'none');
    return keys.length === 0 ? undefined : { ...command, keys };
  }
  if (command.name !== 'hdel') return command;
  const { type, ...state } = states[0] ?? ABSENT;
  if (type !== 'none' && type !== 'hash') return undefined;
  const held = 'fields' in state ? state.fields : undefined;
  const fields = command.fields.filter((field) => !held?.has(field));
  return fields.length === 0 ? undefined : { ...command, fields };
}
