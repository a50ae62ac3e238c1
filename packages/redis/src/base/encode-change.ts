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

/**
 * Appends the arguments of one change. The first is its head: how many others follow, flags, when it was written, its
 * deadline, and the deadline that is expected. What is short and always there costs less in one argument than in many.
 */
export function encodeChange(change: Change, context: EncodingContext, words: string[]): void {
  const { effect, expect } = change;
  const { clock } = context;
  const start = words.push('') - 1;
  if (expect !== undefined) encodeExpectation(expect, words);
  encodeEffect(effect, context, words);
  const others = words.length - start - 1;
  const writtenAt = clock.timeToServer(change.writtenAt);
  const deadline = 'deadline' in effect ? encodeDeadline(effect.deadline, clock) : 'k';
  const ends = encodeExpectedDeadline(expect?.deadline, clock);
  words[start] = `${others} ${flagsOf(change)} ${writtenAt} ${deadline} ${ends}`;
}

function flagsOf({ effect, expect, force, stamp }: Change): string {
  const earlier = effect.kind === 'deadline' && effect.earlier;
  let flags = earlier ? 'E' : LETTERS[effect.kind];
  if (expect?.value !== undefined) flags += expect.value.length === 1 ? 'v' : 'w';
  if (expect?.fields !== undefined) flags += 'x';
  if (expect?.deadline !== undefined) flags += 'd';
  if (expect?.exists) flags += 'e';
  if (force) flags += 'f';
  if (stamp) flags += 's';
  return flags;
}

function encodeEffect(effect: Effect, { epoch }: EncodingContext, words: string[]): void {
  switch (effect.kind) {
    case 'put':
      words.push(effect.value);
      return;
    case 'put-hash':
      encodePairs(effect.fields, words);
      return;
    case 'increment':
      words.push(String(effect.by), effect.full === undefined ? '' : String(effect.full));
      return;
    case 'fields':
      encodePairs(effect.set, words);
      encodePairs(effect.fill, words);
      encodePairs(effect.increment, words);
      words.push(String(effect.remove.length), ...effect.remove);
      return;
    case 'deadline':
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

function encodeExpectedDeadline(deadline: number | null | undefined, clock: ServerClock): string {
  if (deadline === undefined) return '-';
  return deadline === null ? 'n' : String(clock.timeToServer(deadline));
}

function encodeExpectation({ value, fields }: Expectation, words: string[]): void {
  if (value?.length === 1) words.push(encodeExpected(value[0] as string | null));
  else if (value !== undefined) encodeChoice(value, words);
  if (fields === undefined) return;
  words.push(String(fields.size));
  for (const [field, values] of fields) {
    words.push(field);
    encodeChoice(values, words);
  }
}

function encodeChoice(values: ExpectedValues, words: string[]): void {
  words.push(String(values.length));
  for (const value of values) words.push(encodeExpected(value));
}

function encodeExpected(value: string | null): string {
  return value === null ? '-' : `=${value}`;
}
