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

const REPLACING: ReadonlySet<Effect['kind']> = new Set(['put', 'put-hash', 'fields', 'delete']);

/** The arguments of the changes of one script. */
export class ChangeWords {
  readonly #context: EncodingContext;
  readonly #heads: string[] = [];
  readonly #times: string[] = [];
  readonly #deadlines: string[] = [];
  readonly #others: string[] = [];

  constructor(context: EncodingContext) {
    this.#context = context;
  }

  /** What is short and always there: three lists, in JSON. */
  get lists(): string[] {
    return [this.#heads, this.#times, this.#deadlines].map((list) => JSON.stringify(list));
  }

  /** What follows. */
  get others(): readonly string[] {
    return this.#others;
  }

  /** Adds a change. */
  add(change: Change): void {
    const { effect, expect, stamp, writtenAt } = change;
    const { clock } = this.#context;
    const before = this.#others.length;
    let head = letterOf(effect);
    if (isGuarded(change)) head += 'l';
    if (stamp) head += 's';
    if (expect !== undefined) head += encodeExpectation(expect, clock, this.#others);
    encodeEffect(effect, this.#context, this.#others);
    this.#heads.push(`${head}${this.#others.length - before}`);
    this.#times.push(String(clock.timeToServer(writtenAt)));
    this.#deadlines.push(encodeDeadline('deadline' in effect ? effect.deadline : 'keep', clock));
  }
}

function encodeDeadline(deadline: DeadlineChange, clock: ServerClock): string {
  if (deadline === 'keep') return 'k';
  return deadline === null ? 'n' : String(clock.toServer(deadline));
}

function letterOf(effect: Effect): string {
  return effect.kind === 'deadline' && effect.earlier ? 'E' : LETTERS[effect.kind];
}

/** Whether a later stamp holds a change up: additions and deadlines replace nothing. */
function isGuarded({ effect, force }: Change): boolean {
  return !force && REPLACING.has(effect.kind);
}

/** Whether a change reads or leaves stamps. */
export function usesStamps(change: Change): boolean {
  return change.stamp === true || change.expect !== undefined || isGuarded(change);
}

/** Whether it is about a text that a key has to hold still. */
export function expectsText({ expect }: Change): boolean {
  return expect?.value?.length === 1 && expect.value[0] !== null;
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

function encodePairs(
  pairs: ReadonlyMap<string, string | number | bigint> | undefined,
  words: string[],
): void {
  words.push(String(pairs?.size ?? 0));
  if (pairs === undefined) return;
  for (const [name, value] of pairs) words.push(name, String(value));
}

/** Answers the letters of what is expected, in the order in which it is read. */
function encodeExpectation(
  { exists, deadline, value, fields }: Expectation,
  clock: ServerClock,
  words: string[],
): string {
  let letters = value === undefined ? '' : encodeValues(value, words);
  if (fields !== undefined) {
    letters += 'x';
    words.push(String(fields.size));
    for (const [field, values] of fields) {
      words.push(field);
      encodeChoice(values, words);
    }
  }
  if (deadline !== undefined) {
    letters += 'd';
    words.push(deadline === null ? 'n' : String(clock.timeToServer(deadline)));
  }
  return exists ? `${letters}e` : letters;
}

function encodeValues(values: ExpectedValues, words: string[]): string {
  const [only] = values;
  if (values.length !== 1 || only === undefined) {
    encodeChoice(values, words);
    return 'w';
  }
  if (only === null) return 'a';
  words.push(only);
  return 'v';
}

function encodeChoice(values: ExpectedValues, words: string[]): void {
  words.push(String(values.length));
  for (const value of values) words.push(value === null ? '-' : `=${value}`);
}
