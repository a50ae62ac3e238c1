import type { Socket } from 'node:net';
import { CacheTimeoutError, CacheUnavailableError } from '@cachefb/core';
import { errorOfReply, toUnaskedError } from './classify-error.js';
import type { ClientConnection, ConnectionMaker } from './client-connection.js';
import { DeadlineWatch } from './deadline.js';
import type { ClosedLink, LinkLimits, OutcomesListener, Request } from './link.js';
import { type ExchangeListener, VerifiedExchange } from './verified-exchange.js';

/** Commands that leave together at the end of a turn, each with who waits for it. */
interface Collected {
  readonly requests: Request[];
  readonly callers: ((outcome: unknown) => void)[];
}

/**
 * A {@link ClosedLink} over one connection of any client: bounds its commands by deadlines, has their replies verified, and
 * says of every error what became of the command.
 */
export class ClientLink implements ClosedLink {
  readonly address: string;
  readonly #client: ClientConnection;
  readonly #watch: DeadlineWatch;
  readonly #timeout: number;
  readonly #maxInFlight: number;
  readonly #onClosed: ((reason: CacheUnavailableError) => void)[] = [];
  #ready = false;
  #closed: CacheUnavailableError | undefined;
  #ended: CacheUnavailableError | undefined;
  #lastError: Error | undefined;
  #giveUp = (_reason: CacheUnavailableError) => {};
  #collected: Collected | undefined;
  #subscribed = false;

  /** @param address - where it leads to, for messages. */
  constructor(
    address: string,
    { timeout, maxInFlight, clock }: LinkLimits,
    connection: ConnectionMaker,
  ) {
    this.address = address;
    this.#timeout = timeout;
    this.#maxInFlight = maxInFlight;
    this.#client = connection({
      onError: (error) => this.#failed(error),
      onUnasked: (error, text) => this.#wrong(toUnaskedError(address, text, error), error),
      onForeign: (error) => this.#wrong(foreign(address, error), error),
      onClosed: () => this.#close(),
    });
    this.#watch = new DeadlineWatch({
      timeout,
      clock,
      received: () => this.#client.socket?.bytesRead ?? 0,
      onOverdue: () => this.#overdue(),
    });
  }

  get open(): boolean {
    return this.#ready && this.#ended === undefined && this.#client.socket?.writable === true;
  }

  async connect(): Promise<void> {
    try {
      await new Promise((resolve, reject) => {
        this.#giveUp = reject;
        this.#client.connect().then(resolve, reject);
      });
    } catch (error) {
      this.#ended ??= this.#noConnection(this.#lastError ?? error);
    }
    if (this.#ended !== undefined) throw this.#ended;
    this.#ready = true;
  }

  send(name: string, args: readonly string[]): Promise<unknown> {
    if (!this.open) return Promise.reject(this.#unsent());
    if (this.#watch.inFlight >= this.#maxInFlight) return Promise.reject(this.#full());
    const { requests, callers } = this.#collected ?? this.#collect();
    this.#watch.add();
    requests.push({ name, args });
    return new Promise((resolve, reject) => {
      callers.push((outcome) => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
    });
  }

  exchange(requests: readonly Request[], onOutcomes: OutcomesListener): void {
    this.#flush();
    this.#watch.add(requests.length);
    this.#exchange(requests, onOutcomes);
  }

  async subscribe(channel: string, onMessage: (message: unknown) => void): Promise<void> {
    this.#flush();
    this.#subscribed = true;
    this.#watch.add();
    const subscribed = this.#client.subscribe(channel, onMessage);
    this.#watch.sent();
    try {
      await subscribed;
    } catch (error) {
      throw this.#toError(error as Error);
    } finally {
      this.#watch.settle();
    }
  }

  destroy(reason: CacheUnavailableError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    const { inFlight } = this.#watch;
    this.#watch.stop();
    const { socket } = this.#client;
    if (socket === undefined || socket.connecting || inFlight === 0) socket?.destroy();
    else reset(socket);
    this.#client.end();
    this.#giveUp(reason);
  }

  onClosed(callback: (reason: CacheUnavailableError) => void): void {
    const reason = this.#closed;
    if (reason === undefined) this.#onClosed.push(callback);
    else queueMicrotask(() => callback(reason));
  }

  /** Keeps what is sent until the end of this turn, so that it leaves as one write. */
  #collect(): Collected {
    const collected = { requests: [], callers: [] };
    this.#collected = collected;
    process.nextTick(this.#flush);
    return collected;
  }

  readonly #flush = (): void => {
    const collected = this.#collected;
    if (collected === undefined) return;
    this.#collected = undefined;
    const { requests, callers } = collected;
    this.#exchange(requests, (outcomes) => {
      for (const [index, tell] of callers.entries()) tell(outcomes[index]);
    });
  };

  /** Sends what the watch has been told of. */
  #exchange(requests: readonly Request[], onOutcomes: OutcomesListener): void {
    const { length } = requests;
    if (!this.open) {
      this.#watch.settle(length);
      onOutcomes(requests.map(() => this.#unsent()));
      return;
    }
    const settle = (outcomes: readonly unknown[]) => {
      this.#watch.settle(length);
      onOutcomes(this.#subscribed ? outcomes.map(toText) : outcomes);
    };
    if (this.#subscribed) this.#askUnverified(requests, settle);
    else {
      const exchange = new VerifiedExchange(requests, settle, this.#listener);
      this.#client.send(exchange.requests, exchange.take);
    }
    if (this.#client.afterWrite === undefined) this.#watch.sent();
    else this.#client.afterWrite(this.#onWritten);
  }

  readonly #onWritten = (): void => this.#watch.sent();

  /** A subscriber is answered in another form, and asks for nothing that it would believe. */
  #askUnverified(requests: readonly Request[], onOutcomes: OutcomesListener): void {
    const outcomes: unknown[] = [];
    this.#client.send(requests, (outcome) => {
      outcomes.push(outcome instanceof Error ? this.#toError(outcome) : outcome);
      if (outcomes.length === requests.length) onOutcomes(outcomes);
    });
  }

  readonly #toError = (error: Error): Error => {
    const kind = this.#client.kindOf(error);
    if (kind === 'reply') return errorOfReply(error.message, this.address, error);
    // Once it has ended, the reason is what the caller wants to know, not how the client noticed.
    if (this.#ended !== undefined) return this.#ended;
    const isUnsent = kind === 'unsent';
    const why = isUnsent ? `the connection has just ended (${error.message})` : error.message;
    return new CacheUnavailableError(`Redis at ${this.address}: ${why}`, {
      fate: isUnsent ? 'unsent' : 'unknown',
      cause: error,
    });
  };

  readonly #listener: ExchangeListener = {
    toError: this.#toError,
    isReply: (error) => this.#client.kindOf(error) === 'reply',
    onWrong: () => this.destroy(toUnaskedError(this.address)),
  };

  #failed(error: Error): void {
    this.#lastError ??= error;
    if (!this.#ready) return;
    const message = `the connection to Redis at ${this.address} failed: ${error.message}`;
    this.destroy(new CacheUnavailableError(message, { fate: 'unknown', cause: error }));
  }

  #wrong(reason: CacheUnavailableError, error: Error): void {
    this.#lastError ??= error;
    this.destroy(reason);
  }

  #overdue(): void {
    this.destroy(
      new CacheTimeoutError(`no reply from Redis at ${this.address} within ${this.#timeout} ms`),
    );
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
    this.#client.end();
    this.#giveUp(this.#ended);
    for (const callback of this.#onClosed) callback(this.#ended);
  }

  #noConnection(cause: unknown): CacheUnavailableError {
    if (cause instanceof Error && this.#client.kindOf(cause) === 'reply') {
      const refusal = errorOfReply(cause.message, this.address, cause);
      if (refusal instanceof CacheUnavailableError) return refusal;
    }
    const why = cause instanceof Error ? cause.message || cause.name : 'it was closed at once';
    return new CacheUnavailableError(`no connection to Redis at ${this.address}: ${why}`, {
      cause,
    });
  }

  #unsent(): CacheUnavailableError {
    const cause = this.#ended;
    const message = cause?.message ?? `not connected to Redis at ${this.address}`;
    return new CacheUnavailableError(message, { cause });
  }

  #full(): CacheUnavailableError {
    return new CacheUnavailableError(
      `${this.#maxInFlight} commands already wait for Redis at ${this.address}`,
    );
  }
}

function foreign(address: string, error: Error): CacheUnavailableError {
  const message = `${address} does not speak Redis's protocol (${error.message})`;
  return new CacheUnavailableError(message, { fate: 'unknown', cause: error });
}

/** What a client answers in bytes. */
function toText(reply: unknown): unknown {
  if (reply instanceof Uint8Array)
    return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength).toString();
  return Array.isArray(reply) ? reply.map(toText) : reply;
}

/**
 * A reset where the socket can do that (plain TCP), so that the kernel sends nothing more of what is queued. Node cannot
 * reset one that is being ended: its handle would stay open for ever, and the process with it.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) {
    socket.destroy();
    return;
  }
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}
