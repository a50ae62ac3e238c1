import type { Socket } from 'node:net';
import type { ClientConnection, ConnectionEvents, Request } from '@cachefb/redis/base';
import { type Client, createUnconnectedClient } from './create-client.js';
import { errorReplyIn, isForeign, isStray, kindOf } from './node-redis-errors.js';
import { openSocket } from './open-socket.js';
import type { Target } from './target.js';

/** One client of node-redis, which is used for one connection and then thrown away. */
export class NodeRedisConnection implements ClientConnection {
  readonly kindOf = kindOf;
  readonly #target: Target;
  readonly #events: ConnectionEvents;
  #client: Client | undefined;
  #socket: Socket | undefined;
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
    const client = this.#connected();
    for (const { name, args } of requests) client.sendCommand([name, ...args]).then(take, take);
  }

  afterWrite(callback: () => void): void {
    // The client writes in an immediate of its own, which it asks for with the first command: this one comes behind.
    setImmediate(callback);
  }

  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<unknown> {
    return this.#connected().subscribe(channel, onMessage, true);
  }

  end(): void {
    if (this.#client?.isOpen) this.#client.destroy();
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
