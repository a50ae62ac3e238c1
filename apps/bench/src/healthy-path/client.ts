/** What is measured of a client. */
export interface Client {
  readonly name: string;
  /** Put before each key. */
  readonly prefix: string;
  readonly commands: Commands;
  readonly close: () => Promise<unknown>;
}

/** The commands that are measured, each called as one calls it in that client. */
export interface Commands {
  readonly get: (key: string) => Promise<unknown>;
  readonly set: (key: string, value: string) => Promise<unknown>;
  /** Sets with a time to live of a minute. */
  readonly setTtl: (key: string, value: string) => Promise<unknown>;
  readonly incr: (key: string) => Promise<unknown>;
  readonly hget: (key: string, field: string) => Promise<unknown>;
  readonly hset: (key: string, field: string, value: string) => Promise<unknown>;
  readonly del: (key: string) => Promise<unknown>;
}

/** Milliseconds. */
export const TTL = 60_000;
