import { CacheTimeoutError, CacheUnavailableError } from '@cachefb/core';
import { Command, Redis, type RedisOptions } from 'ioredis';
import {
  isDesynchronised,
  isForeign,
  toCacheError,
  toUnaskedError,
} from './base/classify-error.js';
import { DeadlineWatch } from './base/deadline.js';
import type { ClosedLink, LinkLimits } from './base/link.js';
import { type BatchListener, VerifiedBatch } from './base/verified-batch.js';
import { Outbox } from './outbox.js';
import type { Target } from './target.js';

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

/** A {@link ClosedLink} over one ioredis instance, which is used for one connection and then thrown away. */
export class IoredisLink implements ClosedLink {
  readonly address: string;
  readonly #redis: Redis;
  readonly #watch: DeadlineWatch;
  readonly #timeout: number;
  readonly #maxInFlight: number;
  readonly #onClosed: ((reason: CacheUnavailableError) => void)[] = [];
  #ready = false;
  #closed: CacheUnavailableError | undefined;
  #ended: CacheUnavailableError | undefined;
  #lastError: Error | undefined;
  readonly #outbox: Outbox;
  #collecting = false;
  #batch: VerifiedBatch;
  #subscribed = false;

  constructor(target: Target, { timeout, maxInFlight, clock }: LinkLimits) {
    this.address = target.address;
    this.#timeout = timeout;
    this.#maxInFlight = maxInFlight;
    this.#redis = new Redis({ ...target.options, ...OURS });
    this.#outbox = new Outbox(this.#redis);
    this.#batch = new VerifiedBatch(this.#listener);
    this.#watch = new DeadlineWatch({
      timeout,
      clock,
      received: () => this.#redis.stream?.bytesRead ?? 0,
      onOverdue: () => this.#overdue(),
    });
    this.#redis.on('error', (error: Error) => this.#failed(error));
    this.#redis.once('close', () => this.#close());
  }

  get open(): boolean {
    return this.#ready && this.#ended === undefined && this.#redis.stream.writable;
  }

  async connect(): Promise<void> {
    try {
      await this.#redis.connect();
    } catch (error) {
      this.#ended ??= this.#noConnection(this.#lastError ?? error);
    }
    if (this.#ended !== undefined) throw this.#ended;
    this.#ready = true;
  }

  send(name: string, args: readonly string[]): Promise<unknown> {
    if (!this.open) return Promise.reject(this.#unsent());
    if (this.#watch.inFlight >= this.#maxInFlight) return Promise.reject(this.#full());
    if (!this.#collecting) this.#collect();
    this.#watch.add();
    const command = new Command(name, args as string[], TEXT);
    const sent = this.#redis.sendCommand(command, this.#outbox) as Promise<unknown>;
    // A subscriber is answered in another form, and asks for nothing that it would believe.
    if (this.#subscribed) return sent.then(this.#onReply, this.#onError);
    return sent.then(this.#batch.reply, this.#batch.error);
  }

  async subscribe(channel: string, onMessage: (message: unknown) => void): Promise<void> {
    this.#redis.on('messageBuffer', (_channel: Buffer, message: unknown) => onMessage(message));
    if (this.#collecting) this.#flush();
    this.#subscribed = true;
    this.#watch.add();
    const subscribed = this.#redis.subscribe(channel).then(this.#onReply, this.#onError);
    this.#watch.sent();
    await subscribed;
  }

  destroy(reason: CacheUnavailableError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    const { inFlight } = this.#watch;
    this.#watch.stop();
    const { stream } = this.#redis;
    if (stream === undefined || stream.connecting) {
      this.#redis.disconnect();
      stream?.destroy();
    } else if (inFlight === 0) stream.destroy();
    else reset(stream);
  }

  onClosed(callback: (reason: CacheUnavailableError) => void): void {
    const reason = this.#closed;
    if (reason === undefined) this.#onClosed.push(callback);
    else queueMicrotask(() => callback(reason));
  }

  /** Keeps what is sent until the end of this turn, so that it leaves as one write. */
  #collect(): void {
    this.#collecting = true;
    this.#batch = new VerifiedBatch(this.#listener);
    process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    if (!this.#collecting) return;
    this.#collecting = false;
    if (!this.#subscribed) this.#ask();
    this.#redis.stream.write(this.#outbox.take());
    this.#watch.sent();
  };

  /** Sends the question that ends a batch. */
  #ask(): void {
    const { word, token, answered, failed } = this.#batch.question();
    const command = new Command(word, [token]);
    command.resolve = answered;
    command.reject = failed;
    this.#redis.sendCommand(command, this.#outbox);
  }

  readonly #onReply = (reply: unknown): unknown => {
    this.#watch.settle();
    return reply;
  };

  readonly #onError = (error: Error): never => {
    this.#watch.settle();
    // Once it has ended, the reason is what the caller wants to know, not how the client noticed.
    if (this.#ended !== undefined && error.name !== 'ReplyError') throw this.#ended;
    throw toCacheError(error, this.address);
  };

  readonly #listener: BatchListener = {
    onReply: this.#onReply,
    onError: this.#onError,
    onWrong: () => this.destroy(toUnaskedError(this.address)),
  };

  #failed(error: Error): void {
    this.#lastError ??= error;
    if (isDesynchronised(error)) {
      this.destroy(toUnaskedError(this.address, error));
    } else if (isForeign(error)) {
      this.#end(`${this.address} does not speak Redis's protocol (${error.message})`, error);
    } else if (this.#ready) {
      this.#end(`the connection to Redis at ${this.address} failed: ${error.message}`, error);
    }
  }

  #overdue(): void {
    this.destroy(
      new CacheTimeoutError(`no reply from Redis at ${this.address} within ${this.#timeout} ms`),
    );
  }

  #end(message: string, cause: Error): void {
    this.destroy(new CacheUnavailableError(message, { fate: 'unknown', cause }));
  }

  #close(): void {
    const cause = this.#lastError;
    this.#ended ??= this.#ready
      ? new CacheUnavailableError(`the connection to Redis at ${this.address} was closed`, {
          fate: 'unknown',
          cause,
        })
      : this.#noConnection(cause);
    this.#closed = this.#ended;
    this.#watch.stop();
    for (const callback of this.#onClosed) callback(this.#ended);
  }

  #noConnection(cause: unknown): CacheUnavailableError {
    const why = cause instanceof Error ? cause.message || cause.name : 'it was closed at once';
    return new CacheUnavailableError(`no connection to Redis at ${this.address}: ${why}`, {
      cause,
    });
  }

  #unsent(): CacheUnavailableError {
    const cause = this.#ended;
    return new CacheUnavailableError(
      cause?.message ?? `not connected to Redis at ${this.address}`,
      {
        cause,
      },
    );
  }

  #full(): CacheUnavailableError {
    return new CacheUnavailableError(
      `${this.#maxInFlight} commands already wait for Redis at ${this.address}`,
    );
  }
}

/**
 * A reset where the socket can do that (plain TCP), so that the kernel sends nothing more of what is queued. Node cannot
 * reset one that is being ended: its handle would stay open for ever, and the process with it.
 */
function reset(stream: Redis['stream']): void {
  if (stream.writableEnded) {
    stream.destroy();
    return;
  }
  try {
    stream.resetAndDestroy();
  } catch {
    stream.destroy();
  }
}
