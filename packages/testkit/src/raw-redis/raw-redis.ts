import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ReplyError } from '@cachefb/core';
import { encodeCall, type RawArgument, type RawReply, RespParser } from './resp.js';

/** Where a {@link RawRedis} connects to. */
export interface RawRedisOptions {
  /** @defaultValue `'127.0.0.1'` */
  host?: string;
  /** @defaultValue `6379` */
  port?: number;
  /** Milliseconds for connecting. @defaultValue `2000` */
  connectTimeout?: number;
}

interface Waiting {
  resolve(reply: RawReply): void;
  reject(error: Error): void;
}

/**
 * A bare connection to Redis, for looking at a server from beside the code under test: no reconnecting, no retries, no
 * interpretation. Calls made in one turn travel together.
 */
export class RawRedis {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  readonly #parser = new RespParser((message) => new ReplyError(message));
  #outbox: Buffer[] = [];
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection is closed')));
  }

  /** Opens a connection. */
  static async connect({
    host = '127.0.0.1',
    port = 6379,
    connectTimeout = 2000,
  }: RawRedisOptions = {}): Promise<RawRedis> {
    const socket = connect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no connection to ${host}:${port} within ${connectTimeout} ms`));
    }, connectTimeout);
    try {
      await once(socket, 'connect');
    } finally {
      clearTimeout(timer);
    }
    return new RawRedis(socket);
  }

  /** Whether calls can still be made. */
  get open(): boolean {
    return this.#failure === undefined;
  }

  /** Sends one command; rejects with a `ReplyError` if that is what Redis answers. */
  call(...args: RawArgument[]): Promise<RawReply> {
    return this.#send(args);
  }

  /** Sends commands in one go; an error reply is an item of the answer. */
  async pipeline(calls: readonly (readonly RawArgument[])[]): Promise<RawReply[]> {
    return Promise.all(
      calls.map((args) =>
        this.#send(args).catch((error: unknown) => {
          if (error instanceof ReplyError) return error;
          throw error;
        }),
      ),
    );
  }

  /** Ends the connection; calls without a reply reject. */
  close(): void {
    this.#fail(new Error('the connection was closed'));
  }

  #send(args: readonly RawArgument[]): Promise<RawReply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#outbox.length === 0) queueMicrotask(() => this.#flush());
    this.#outbox.push(encodeCall(args));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#outbox);
    this.#outbox = [];
    if (this.#failure === undefined) this.#socket.write(bytes);
  }

  #receive(bytes: Buffer): void {
    try {
      for (const reply of this.#parser.push(bytes)) {
        const waiting = this.#waiting.shift();
        if (waiting === undefined) throw new Error('a reply that nobody asked for');
        if (reply instanceof Error) waiting.reject(reply);
        else waiting.resolve(reply);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
