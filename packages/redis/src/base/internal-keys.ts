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

/** What ids have in common that began in the same place: all up to the last colon, with it. */
export function originOf(id: string): string {
  return id.slice(0, id.lastIndexOf(':') + 1);
}

/** Whether that is the origin of an id. */
export function isFrom(origin: string, id: string): boolean {
  return id.startsWith(origin) && id.indexOf(':', origin.length) < 0;
}

/** The names of our own keys, under the prefix of the connection. */
export class InternalKeys {
  /** Holds a word that is as old as the data: gone or another one, and the server has lost everything. */
  readonly epoch: string;
  /** Written to see whether writing works. */
  readonly probe: string;
  readonly #marks: string;
  readonly #stamps: string;

  constructor(keyPrefix: string) {
    const internal = `${keyPrefix}${INTERNAL}`;
    this.epoch = `${internal}epoch`;
    this.probe = `${internal}probe`;
    this.#marks = `${internal}marks:`;
    this.#stamps = `${internal}stamps:`;
  }

  /** The set that holds the id of a change once that has been made: one for all ids of one origin. */
  marks(id: string): string {
    return this.#marks + originOf(id);
  }

  /** What stands for an id in that set: the rest of it. */
  mark(id: string): string {
    return id.slice(id.lastIndexOf(':') + 1);
  }

  /** The hash that says of some keys when what they hold was written: one of several of each day. */
  stamps(day: number, register: number): string {
    return `${this.#stamps}${day}:${register}`;
  }
}
