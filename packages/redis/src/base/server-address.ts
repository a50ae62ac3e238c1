/** Which server a backend talks to, and as whom; how it gets there is the client's matter. */
export interface ServerAddress {
  /** For messages: `redis.example:6379`. */
  readonly address: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** Put before every key; `''` for none. */
  readonly keyPrefix: string;
  /** The name of the connection, where the backend's options give none. */
  readonly connectionName: string | undefined;
}
