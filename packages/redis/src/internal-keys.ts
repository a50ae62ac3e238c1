const INTERNAL = '__cachefb__:';

/**
 * Whether a key is one of ours: marks, stamps and the epoch marker. They are few, expire by themselves, and are left out
 * of `keys` and `scan`.
 *
 * @param key - without the `keyPrefix` of the connection.
 */
export function isInternalKey(key: string): boolean {
  return key.startsWith(INTERNAL);
}

/** The names of our own keys, under the prefix of the connection. */
export class InternalKeys {
  /** Holds a word that is as old as the data: gone or another one, and the server has lost everything. */
  readonly epoch: string;
  /** Written to see whether writing works. */
  readonly probe: string;
  readonly #mark: string;
  readonly #stamp: string;

  constructor(keyPrefix: string) {
    const internal = `${keyPrefix}${INTERNAL}`;
    this.epoch = `${internal}epoch`;
    this.probe = `${internal}probe`;
    this.#mark = `${internal}mark:`;
    this.#stamp = `${internal}stamp:`;
  }

  /** Says that a change was made. */
  mark(id: string): string {
    return this.#mark + id;
  }

  /** Says when what a key holds was written. */
  stamp(key: string): string {
    return this.#stamp + key;
  }
}
