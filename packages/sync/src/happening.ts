import type { Command, DeadlineChange, Integer, Pairs, Reply } from '@cachefb/core';

/** What one command did to one key, in absolute terms: relative times and replies are already worked in. */
export type Happening =
  | {
      readonly kind: 'put';
      readonly value: string;
      readonly deadline: DeadlineChange;
      /** The key was known to be absent before. */
      readonly wasAbsent?: boolean;
    }
  | { readonly kind: 'increment'; readonly by: Integer; readonly result: Integer | undefined }
  | { readonly kind: 'set-fields'; readonly pairs: Pairs }
  | {
      readonly kind: 'increment-field';
      readonly field: string;
      readonly by: Integer;
      readonly result: Integer | undefined;
    }
  | { readonly kind: 'remove-fields'; readonly fields: readonly string[] }
  | { readonly kind: 'deadline'; readonly deadline: number | null }
  | { readonly kind: 'delete' };

/** Called with each key and what happened to it. */
export type HappeningVisitor = (key: string, happening: Happening) => void;

const DELETE: Happening = Object.freeze({ kind: 'delete' });

/**
 * Tells what a command that was answered with `reply` did, key by key. `flushall` is no happening of a key.
 *
 * Deletions count for keys that the answering cache did not hold, too: another one may hold them.
 */
export function visitHappenings(
  command: Command,
  reply: Reply,
  now: number,
  visit: HappeningVisitor,
): void {
  if (tookEffect(command, reply)) visitEffects(command, reply, now, visit);
}

/**
 * Tells what a command may have done elsewhere that did nothing where it was answered: a condition was not met here, the key
 * was absent, or, without a reply, it failed.
 */
export function visitPossible(
  command: Command,
  reply: Reply | undefined,
  now: number,
  visit: HappeningVisitor,
): void {
  if (reply === undefined || !tookEffect(command, reply)) visitEffects(command, reply, now, visit);
}

function tookEffect(command: Command, reply: Reply): boolean {
  switch (command.name) {
    case 'set':
      return wasSet(command, reply);
    case 'pexpire':
    case 'persist':
      return reply === 1;
    default:
      return true;
  }
}

function visitEffects(
  command: Command,
  reply: Reply | undefined,
  now: number,
  visit: HappeningVisitor,
): void {
  switch (command.name) {
    case 'set':
      visit(command.key, put(command, now));
      return;
    case 'mset':
      for (let i = 0; i < command.pairs.length; i += 2) {
        const value = command.pairs[i + 1] as string;
        visit(command.pairs[i] as string, { kind: 'put', value, deadline: null });
      }
      return;
    case 'incrby':
      visit(command.key, { kind: 'increment', by: command.by, result: exact(reply) });
      return;
    case 'hset':
      visit(command.key, { kind: 'set-fields', pairs: command.pairs });
      return;
    case 'hincrby': {
      const { key, field, by } = command;
      visit(key, { kind: 'increment-field', field, by, result: exact(reply) });
      return;
    }
    case 'hdel':
      visit(command.key, { kind: 'remove-fields', fields: command.fields });
      return;
    case 'del':
      for (const key of command.keys) visit(key, DELETE);
      return;
    case 'pexpire':
      visit(
        command.key,
        command.ms > 0 ? { kind: 'deadline', deadline: now + command.ms } : DELETE,
      );
      return;
    case 'persist':
      visit(command.key, { kind: 'deadline', deadline: null });
      return;
  }
}

function wasSet({ nx, xx, get }: Command<'set'>, reply: Reply): boolean {
  if (!nx && !xx) return true;
  if (!get) return reply === 'OK';
  return nx ? reply === null : reply !== null;
}

function put(command: Command<'set'>, now: number): Happening {
  const { value, ttl, nx } = command;
  const deadline = command.keepTtl
    ? 'keep'
    : ttl !== undefined
      ? now + ttl
      : (command.deadline ?? null);
  if (typeof deadline === 'number' && deadline <= now) return DELETE;
  return nx ? { kind: 'put', value, deadline, wasAbsent: true } : { kind: 'put', value, deadline };
}

/** A reply beyond 2^53 has been rounded by the client, and says nothing exact. */
function exact(reply: Reply | undefined): Integer | undefined {
  return Number.isSafeInteger(reply) ? (reply as number) : undefined;
}
