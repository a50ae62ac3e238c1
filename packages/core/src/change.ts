import type { Integer } from './arguments/integer.js';
import type { ReplyError } from './errors/reply-error.js';
import type { KeyState } from './key-state.js';

/**
 * What becomes of a key's TTL: `'keep'` leaves it, `null` removes it, a number is the instant of expiry in epoch
 * milliseconds of this process's clock. A backend converts instants to its server's clock, never to a later time.
 */
export type DeadlineChange = number | null | 'keep';

/** What a change does to its key. One effect is one atomic step. */
export type Effect =
  /** Sets a string, whatever was there. */
  | {
      readonly kind: 'put';
      readonly value: string;
      readonly deadline: DeadlineChange;
    }
  /** Sets a whole hash in place of whatever was there; no fields deletes the key. */
  | {
      readonly kind: 'put-hash';
      readonly fields: ReadonlyMap<string, string>;
      readonly deadline: DeadlineChange;
    }
  /** Adds to a counter; `full`, if given, is stored instead of the sum where the key does not exist. */
  | {
      readonly kind: 'increment';
      readonly by: Integer;
      readonly full?: Integer | undefined;
      readonly deadline: DeadlineChange;
    }
  /** Changes some fields of a hash and leaves the others; in this order: `remove`, `fill`, `set`, `increment`. */
  | {
      readonly kind: 'fields';
      readonly set: ReadonlyMap<string, string>;
      readonly increment: ReadonlyMap<string, Integer>;
      readonly remove: readonly string[];
      /** Fields to set only where they do not exist. */
      readonly fill?: ReadonlyMap<string, string> | undefined;
      readonly deadline: DeadlineChange;
    }
  /** Changes only the TTL of a key that exists. With `earlier`, only if that brings its end nearer. */
  | {
      readonly kind: 'deadline';
      readonly deadline: number | null;
      readonly earlier?: boolean;
    }
  /** Deletes the key. */
  | { readonly kind: 'delete' }
  /** Deletes every key. `key` of such a change is `''`. */
  | { readonly kind: 'flush' };

/** What a key may hold for a change to go ahead: one of several values, `null` standing for "absent". */
export type ExpectedValues = readonly (string | null)[];

/**
 * The condition of a change: that the key still holds what this process knew.
 * `value` speaks of a string (or of absence), `fields` of single fields of a hash. What is not mentioned is not compared.
 */
export interface Expectation {
  /** The key has to exist, whatever it holds. */
  readonly exists?: true | undefined;
  /**
   * When the key, if it exists, has to expire: epoch milliseconds of this process's clock, give or take a second, or
   * `null` for never.
   */
  readonly deadline?: number | null | undefined;
  readonly value?: ExpectedValues | undefined;
  readonly fields?: ReadonlyMap<string, ExpectedValues> | undefined;
}

/** One atomic, conditional change of one key, as the way back sends it to a backend. */
export interface Change {
  /** Unique. A backend that has applied it already answers `'duplicate'` and changes nothing. */
  readonly id: string;
  readonly key: string;
  readonly effect: Effect;
  /** Without it the change is made whatever the key holds. */
  readonly expect?: Expectation | undefined;
  /**
   * When the change was made by its caller, epoch milliseconds; the time of the stamp that it leaves. Negative for what is
   * given back to a server that lost it: the time at which it was last known to be true, so that every change is later.
   */
  readonly writtenAt: number;
  /** Apply even where a later stamp is found. */
  readonly force?: boolean | undefined;
  /** Leave a stamp, so that other processes bringing back the same key know the time of this value. */
  readonly stamp?: boolean | undefined;
}

/** What became of a {@link Change}. */
export type ChangeOutcome =
  | { readonly status: 'applied' }
  /** This id had been applied before. */
  | { readonly status: 'duplicate' }
  /**
   * The key does not hold what was expected, or holds what somebody else brought back with a later stamp. Nothing was
   * changed. `writtenAt` is the time of what is there, if its stamp still fits it; `fieldsWrittenAt` likewise by field.
   */
  | {
      readonly status: 'conflict';
      readonly current: KeyState;
      readonly writtenAt?: number | undefined;
      readonly fieldsWrittenAt?: ReadonlyMap<string, number> | undefined;
    }
  /** Refused for a reason that will not pass: `WRONGTYPE`, overflow, no permission. */
  | { readonly status: 'refused'; readonly error: ReplyError };
