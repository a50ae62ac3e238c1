/**
 * All there is to know about a key: its type, content, and when it expires (epoch milliseconds of this process's clock,
 * `null` for never).
 */
export type KeyState =
  | { readonly type: 'none' }
  | {
      readonly type: 'string';
      readonly value: string;
      readonly deadline: number | null;
    }
  | {
      readonly type: 'hash';
      readonly fields: ReadonlyMap<string, string>;
      readonly deadline: number | null;
    }
  /** A type that cachefb does not handle, such as a list. */
  | {
      readonly type: 'other';
      readonly name: string;
      readonly deadline: number | null;
    };

/** The state of a key that does not exist. */
export const ABSENT: KeyState = Object.freeze({ type: 'none' });
