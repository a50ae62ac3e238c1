import { inspect } from '@cachefb/core';

/** The times of one run; the same script is run again with other times when they turned out too short. */
export interface Times {
  /** A TTL that a wait outlives, milliseconds. */
  readonly short: number;
  /** The time of the side that is called, epoch milliseconds. */
  readonly now: number;
}

/** One argument of a random call: as JavaScript hands it over, and as Redis would read it. */
export interface Word {
  /** For the printed script. */
  readonly shown: string;
  js(times: Times): unknown;
  /** `null`: the contract refuses it with a `TypeError`, before anything is sent. */
  readonly text: ((times: Times) => string) | null;
  /** Whether it ends a key at the next wait. */
  readonly short?: boolean;
}

/** An argument that is what it is. */
export function word(js: unknown, text: string | null): Word {
  return { shown: inspect(js), js: () => js, text: text === null ? null : () => text };
}

/** A string that stands for itself. */
export const literal = (text: string): Word => word(text, text);

/** An argument that is refused. */
export const refused = (js: unknown): Word => word(js, null);
