import type { Socket } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import type { ClientConnection, ConnectionEvents, ErrorKind } from './base/client-connection.js';
import type { Request } from './base/link.js';
import { ErrorText } from './base/wire/error-text.js';
import { Wire } from './base/wire/wire.js';

/**
 * Everything by which ioredis would reconnect or say something on its own is off, and so is what is done here: logging in,
 * choosing the database, prefixes.
 */
const OURS = {
  lazyConnect: true,
  retryStrategy: null,
  reconnectOnError: null,
  enableOfflineQueue: false,
  enableReadyCheck: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  enableAutoPipelining: false,
  showFriendlyErrorStack: false,
  stringNumbers: false,
  monitor: false,
  readOnly: false,
  disableClientInfo: true,
  connectionName: undefined,
  // Invalidations reach a client of ioredis only by protocol 2.
  protocol: 2,
  replyMapping: 'legacy',
  connectTimeout: 0,
  commandTimeout: undefined,
  socketTimeout: undefined,
  blockingTimeout: undefined,
  scripts: undefined,
  himportFieldsets: undefined,
  keyPrefix: '',
  username: undefined,
  password: undefined,
  db: 0,
} as const satisfies RedisOptions;

/**
 * One ioredis instance, which is used for one connection and then thrown away: it finds the server, connects by whatever way
 * its options say, and tells of the connection's end. What is said on the connection is said without it: an object and a
 * promise for each command, and a buffer for each text, are most of what ioredis costs.
 */
export class IoredisConnection implements ClientConnection {
  readonly #redis: Redis;
  #wire: Wire | undefined;

  constructor(options: RedisOptions, events: ConnectionEvents) {
    const redis = new Redis({ ...options, ...OURS });
    this.#redis = redis;
    redis.on('error', events.onError);
    redis.once('close', events.onClosed);
    redis.once('connect', () => {
      // It has begun to listen, and nothing has arrived yet.
      redis.stream.removeAllListeners('data');
      this.#wire = new Wire(redis.stream as Socket, events);
    });
  }

  get socket(): Socket | undefined {
    return this.#redis.stream as Socket | undefined;
  }

  connect(): Promise<unknown> {
    return this.#redis.connect();
  }

  send(requests: readonly Request[], take: (outcome: unknown) => void): void {
    this.#connected().send(requests, take);
  }

  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<unknown> {
    return this.#connected().subscribe(channel, onMessage);
  }

  end(): void {
    if (this.#redis.status !== 'end') this.#redis.disconnect();
    this.#wire?.end(new Error('the connection has ended'));
  }

  kindOf(error: Error): ErrorKind {
    return error instanceof ErrorText ? 'reply' : 'unknown';
  }

  #connected(): Wire {
    if (this.#wire === undefined) throw new Error('not connected');
    return this.#wire;
  }
}
