import type { Socket } from 'node:net';
import { Command, Redis, type RedisOptions } from 'ioredis';
import type { ClientConnection, ConnectionEvents } from './base/client-connection.js';
import type { Request } from './base/link.js';
import type { Question } from './base/verified-batch.js';
import { isDesynchronised, isForeign, kindOf, strayReply } from './ioredis-errors.js';
import { Outbox } from './outbox.js';
import { RequestWriter } from './request-text.js';
import { SharedCommand } from './shared-command.js';

/**
 * Everything by which ioredis would reconnect, queue, re-send or time out on its own is off, and so is what is done here:
 * logging in, choosing the database, prefixes, and joining the commands of one turn.
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

/** Replies as text. */
const TEXT = { replyEncoding: 'utf8' } as const;

/** One ioredis instance, which is used for one connection and then thrown away. */
export class IoredisConnection implements ClientConnection {
  readonly kindOf = kindOf;
  readonly #redis: Redis;
  readonly #outbox: Outbox;
  readonly #command: SharedCommand;
  readonly #writer = new RequestWriter();

  constructor(options: RedisOptions, events: ConnectionEvents) {
    this.#redis = new Redis({ ...options, ...OURS });
    this.#outbox = new Outbox(this.#redis);
    this.#command = new SharedCommand(this.#redis);
    this.#redis.on('error', (error: Error) => {
      if (isDesynchronised(error)) events.onUnasked(error, strayReply(error));
      else if (isForeign(error)) events.onForeign(error);
      else events.onError(error);
    });
    this.#redis.once('close', events.onClosed);
  }

  get socket(): Socket | undefined {
    return this.#redis.stream as Socket | undefined;
  }

  connect(): Promise<unknown> {
    return this.#redis.connect();
  }

  send(name: string, args: readonly string[]): Promise<unknown> {
    const command = new Command(name, args as string[], TEXT);
    return this.#redis.sendCommand(command, this.#outbox) as Promise<unknown>;
  }

  ask({ word, token, answered, failed }: Question): void {
    const command = new Command(word, [token]);
    command.resolve = answered;
    command.reject = failed;
    this.#redis.sendCommand(command, this.#outbox);
  }

  beforeWrite(callback: () => void): void {
    process.nextTick(callback);
  }

  write(): void {
    this.#redis.stream.write(this.#outbox.take());
  }

  sendAll(requests: readonly Request[], take: (outcome: unknown) => void): void {
    this.#command.send(requests, take);
    const { text, encoding } = this.#writer.write(requests);
    this.#redis.stream.write(text, encoding);
  }

  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<unknown> {
    this.#redis.on('messageBuffer', (_channel: Buffer, message: unknown) => onMessage(message));
    return this.#redis.subscribe(channel);
  }

  end(): void {
    if (this.#redis.status !== 'end') this.#redis.disconnect();
  }
}
