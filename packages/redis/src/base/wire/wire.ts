import type { Socket } from 'node:net';
import type { ConnectionEvents } from '../client-connection.js';
import type { Request } from '../link.js';
import { ErrorText } from './error-text.js';
import { ReplyReader } from './reply-reader.js';
import { RequestWriter } from './request-text.js';

/** Told what becomes of a command: its reply, or an error in its place. */
export type Taker = (outcome: unknown) => void;

/** Commands that were sent together, and who takes what becomes of them. */
interface Sent {
  waiting: number;
  readonly take: Taker;
  next: Sent | undefined;
}

/**
 * Speaks protocol 2 on an open socket, in place of the client that opened it: writes commands that belong together as one
 * text, and tells of replies by their order, with neither an object nor a promise for each command.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #events: Pick<ConnectionEvents, 'onUnasked' | 'onForeign'>;
  readonly #reader: ReplyReader;
  readonly #writer = new RequestWriter();
  #oldest: Sent | undefined;
  #newest: Sent | undefined;
  #onMessage: ((message: unknown) => void) | undefined;

  /** Nobody else may read from the socket. */
  constructor(socket: Socket, events: Pick<ConnectionEvents, 'onUnasked' | 'onForeign'>) {
    this.#socket = socket;
    this.#events = events;
    this.#reader = new ReplyReader((reply) => this.#arrived(reply), events.onForeign);
    socket.on('data', (packet: Buffer) => this.#reader.read(packet));
  }

  /** Sends commands, and tells in their order what becomes of each. */
  send(requests: readonly Request[], take: Taker): void {
    const sent = { waiting: requests.length, take, next: undefined };
    if (this.#newest === undefined) this.#oldest = sent;
    else this.#newest.next = sent;
    this.#newest = sent;
    const { text, encoding } = this.#writer.write(requests);
    this.#socket.write(text, encoding);
  }

  /** Subscribes to a channel; from then on, its messages may come between replies. */
  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<unknown> {
    this.#onMessage = onMessage;
    return new Promise((resolve, reject) => {
      this.send([{ name: 'subscribe', args: [channel] }], (outcome) => {
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      });
    });
  }

  /** Reads no more; what has no reply yet gets the error. */
  end(error: Error): void {
    this.#reader.stop();
    while (this.#oldest !== undefined) this.#pass(this.#oldest, error);
  }

  #arrived(reply: unknown): void {
    if (this.#onMessage !== undefined && Array.isArray(reply) && reply[0] === 'message') {
      this.#onMessage(reply[2]);
    } else if (this.#oldest !== undefined) {
      this.#pass(this.#oldest, reply);
    } else {
      this.#reader.stop();
      const isError = reply instanceof ErrorText;
      this.#events.onUnasked(
        isError ? reply : new Error('a reply belongs to no command'),
        isError ? reply.message : undefined,
      );
    }
  }

  #pass(sent: Sent, outcome: unknown): void {
    if (--sent.waiting === 0) {
      this.#oldest = sent.next;
      if (sent.next === undefined) this.#newest = undefined;
    }
    sent.take(outcome);
  }
}
