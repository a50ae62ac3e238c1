import type { Socket } from 'node:net';
import {
  type ClientConnection,
  type ConnectionEvents,
  type Request,
  Wire,
} from '@cachefb/redis/base';
import { type Client, createUnconnectedClient } from './create-client.js';
import { errorReplyIn, isForeign, isStray, kindOf } from './node-redis-errors.js';
import { openSocket } from './open-socket.js';
import type { Target } from './target.js';

/**
 * One client of node-redis, which is used for one connection and then thrown away: it connects, logs in where that is its
 * matter, and tells of the connection's end. What is said after that is said without it, as one write, with no promise for
 * each command; but through it over TLS, where it hides the socket that it reads, and where it goes on logging in.
 */
export class NodeRedisConnection implements ClientConnection {
  readonly kindOf = kindOf;
  readonly #target: Target;
  readonly #events: ConnectionEvents;
  #client: Client | undefined;
  #socket: Socket | undefined;
  /** What speaks in place of the client. */
  #wire: Wire | undefined;
  /** The first packet that came, until a reply has been taken from it. */
  #first: Buffer | undefined;

  constructor(target: Target, events: ConnectionEvents) {
    this.#target = target;
    this.#events = events;
  }

  get socket(): Socket | undefined {
    return this.#socket;
  }

  async connect(): Promise<unknown> {
    const { socket, connected } = openSocket(this.#target.socket, (options) => {
      const client = createUnconnectedClient(this.#target, {
        ...options,
        // Asked when the connection is lost, before the client gives up: later, it could not be destroyed any more.
        reconnectStrategy: (_retries, cause) => {
          this.#events.onError(cause);
          this.end();
          return false;
        },
      });
      client.on('error', (error: Error) => this.#failed(error));
      client.once('ready', () => this.#takeOver());
      this.#client = client;
      return client.connect();
    });
    this.#socket = socket;
    socket?.once('close', this.#events.onClosed);
    socket?.once('data', (packet: Buffer) => {
      this.#first = packet;
    });
    return connected;
  }

  send(requests: readonly Request[], take: (outcome: unknown) => void): void {
    if (this.#wire !== undefined) {
      this.#wire.send(requests, take);
      return;
    }
    const client = this.#connected();
    for (const { name, args } of requests) client.sendCommand([name, ...args]).then(take, take);
  }

  afterWrite(callback: () => void): void {
    if (this.#wire !== undefined) callback();
    // The client writes in an immediate of its own, which it asks for with the first command: this one comes behind.
    else setImmediate(callback);
  }

  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<unknown> {
    if (this.#wire !== undefined) return this.#wire.subscribe(channel, onMessage);
    return this.#connected().subscribe(channel, onMessage, true);
  }

  end(): void {
    if (this.#client?.isOpen) this.#client.destroy();
    this.#wire?.end(new Error('the connection has ended'));
  }

  /** Called when the client has said all that it says by itself, and has the replies. */
  #takeOver(): void {
    const { socket, credentialsProvider } = this.#target;
    const goesOnLoggingIn = credentialsProvider?.type === 'streaming-credentials-provider';
    if (this.#socket === undefined || socket.tls === true || goesOnLoggingIn) return;
    this.#socket.removeAllListeners('data');
    this.#wire = new Wire(this.#socket, this.#events);
  }

  #connected(): Client {
    if (this.#client === undefined) throw new Error('not connected');
    return this.#client;
  }

  #failed(error: Error): void {
    if (isStray(error)) this.#events.onUnasked(error, errorReplyIn(this.#first));
    else if (isForeign(error)) this.#events.onForeign(error);
    else this.#events.onError(error);
  }
}
