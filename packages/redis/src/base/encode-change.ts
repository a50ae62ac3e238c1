import type { Change, DeadlineChange, Effect, Expectation, ExpectedValues } from '@cachefb/core';
import type { ServerClock } from './server-clock.js';

/** What an encoding needs to know of the server. */
export interface EncodingContext {
  readonly clock: ServerClock;
  readonly keyPrefix: string;
  /** The words that put the epoch marker back behind a flush. */
  readonly epoch: readonly [key: string, word: string, ttl: string] | undefined;
}

/** Letters of the effects, as `apply-changes` reads them. */
const LETTERS: Readonly<Record<Effect['kind'], string>> = {
  put: 'P',
  'put-hash': 'H',
  increment: 'I',
  fields: 'F',
  deadline: 'T',
  delete: 'D',
  flush: 'Z',
};

/** Appends the arguments of one change, their number first. */
export function encodeChange(change: Change, context: EncodingContext, words: string[]): void {
  const start = words.push('') - 1;
  words.push(flagsOf(change), String(context.clock.timeToServer(change.writtenAt)));
  if (change.expect !== undefined) encodeExpectation(change.expect, context, words);
  encodeEffect(change.effect, context, words);
  words[start] = String(words.length - start - 1);
}

function flagsOf({ effect, expect, force, stamp }: Change): string {
  const earlier = effect.kind === 'deadline' && effect.earlier;
  let flags = earlier ? 'E' : LETTERS[effect.kind];
  if (expect?.value !== undefined) flags += 'v';
  if (expect?.fields !== undefined) flags += 'x';
  if (expect?.deadline !== undefined) flags += 'd';
  if (expect?.exists) flags += 'e';
  if (force) flags += 'f';
  if (stamp) flags += 's';
  return flags;
}

function encodeEffect(effect: Effect, { clock, epoch }: EncodingContext, words: string[]): void {
  switch (effect.kind) {
    case 'put':
      words.push(encodeDeadline(effect.deadline, clock), effect.value);
      return;
    case 'put-hash':
      words.push(encodeDeadline(effect.deadline, clock));
      encodePairs(effect.fields, words);
      return;
    case 'increment':
      words.push(encodeDeadline(effect.deadline, clock), String(effect.by));
      words.push(effect.full === undefined ? '' : String(effect.full));
      return;
    case 'fields':
      words.push(encodeDeadline(effect.deadline, clock));
      encodePairs(effect.set, words);
      encodePairs(effect.fill, words);
      encodePairs(effect.increment, words);
      words.push(String(effect.remove.length), ...effect.remove);
      return;
    case 'deadline':
      words.push(encodeDeadline(effect.deadline, clock));
      return;
    case 'delete':
      return;
    case 'flush':
      words.push(...(epoch ?? ['', '', '']));
  }
}

function encodeDeadline(deadline: DeadlineChange, clock: ServerClock): string {
  if (deadline === 'keep') return 'k';
  return deadline === null ? 'n' : String(clock.toServer(deadline));
}

function encodePairs(
  pairs: ReadonlyMap<string, string | number | bigint> | undefined,
  words: string[],
): void {
  words.push(String(pairs?.size ?? 0));
  if (pairs === undefined) return;
  for (const [name, value] of pairs) words.push(name, String(value));
}

function encodeExpectation(
  { value, fields, deadline }: Expectation,
  { clock }: EncodingContext,
  words: string[],
): void {
  if (value !== undefined) encodeExpected(value, words);
  if (fields !== undefined) {
    words.push(String(fields.size));
    for (const [field, values] of fields) {
      words.push(field);
      encodeExpected(values, words);
    }
  }
  if (deadline !== undefined) {
    words.push(deadline === null ? 'n' : String(clock.timeToServer(deadline)));
  }
}

function encodeExpected(values: ExpectedValues, words: string[]): void {
  words.push(String(values.length));
  for (const value of values) words.push(value === null ? '-' : `=${value}`);
}
