import type { Times, Word } from './word.js';

/** How two replies are compared. */
export type ReplyKind = 'plain' | 'time' | 'set' | 'hash' | 'json';

/** A random call of one command. */
export interface Call {
  readonly name: string;
  readonly kind: ReplyKind;
  /** As the script prints it. */
  readonly shown: string;
  /** What the cache is called with. */
  args(times: Times): unknown[];
  /** What Redis is sent; `null` if the contract refuses the call with a `TypeError`. */
  readonly words: ((times: Times) => string[]) | null;
  /** Whether it makes keys end at the next wait. */
  readonly short: boolean;
}

/** How words become the arguments of a call; the words themselves, unless a shape is made of them. */
interface Shape {
  readonly shown: (words: readonly Word[]) => string;
  readonly args: (values: readonly unknown[]) => unknown[];
}

const IN_TURN: Shape = {
  shown: (words) => words.map((each) => each.shown).join(', '),
  args: (values) => [...values],
};

/** Makes a call of a command out of its words, in the order in which Redis takes them. */
export function makeCall(
  name: string,
  words: readonly Word[],
  { kind = 'plain', redis = name.toUpperCase(), shape = IN_TURN, sent = words }: CallOptions = {},
): Call {
  const texts: ((times: Times) => string)[] = [];
  for (const { text } of sent) if (text !== null) texts.push(text);
  const refused = words.some(({ text }) => text === null);
  return {
    name,
    kind,
    shown: `cache.${name}(${shape.shown(words)})`,
    args: (times) => shape.args(words.map((each) => each.js(times))),
    words: refused ? null : (times) => [redis, ...texts.map((text) => text(times))],
    short: words.some(({ short }) => short === true),
  };
}

/** What differs from the plainest call. */
export interface CallOptions {
  readonly kind?: ReplyKind;
  /** The command in Redis. @defaultValue the name in capitals */
  readonly redis?: string;
  readonly shape?: Shape;
  /** The words that Redis is sent. @defaultValue those of the call */
  readonly sent?: readonly Word[];
}
