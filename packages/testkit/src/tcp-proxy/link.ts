import { connect, type Socket } from 'node:net';
import type { Faults } from './faults.js';
import { Pipe } from './pipe.js';

/** Where a proxy leads to. */
export interface ProxyTarget {
  /** @defaultValue `'127.0.0.1'` */
  host?: string;
  port: number;
}

/** A client's connection and the one to the server that belongs to it. */
export class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #faults: Faults;
  readonly #requests: Pipe;
  readonly #replies: Pipe;

  constructor(client: Socket, target: ProxyTarget, faults: Faults, onClosed: () => void) {
    this.#client = client;
    this.#server = connect({
      host: target.host ?? '127.0.0.1',
      port: target.port,
      allowHalfOpen: true,
    });
    this.#faults = faults;
    this.#requests = new Pipe(client, this.#server, 'requests', faults);
    this.#replies = new Pipe(this.#server, client, 'replies', faults);
    client.setNoDelay(true);
    this.#server.setNoDelay(true);
    client.on('data', (bytes: Buffer) => this.#requests.accept(bytes));
    client.on('end', () => this.#requests.accept(undefined));
    this.#server.on('data', (bytes: Buffer) => this.#onReply(bytes));
    this.#server.on('end', () => this.#replies.accept(undefined));
    // A side that fails is gone for the other one, too. What the server says after a reset has nobody to read it.
    client.on('error', () => this.reset());
    this.#server.on('error', () => this.reset());
    this.#server.on('close', () => client.destroySoon());
    client.on('close', () => {
      if (client.readableEnded) this.#server.once('end', () => this.#server.end());
      else this.reset();
      onClosed();
    });
  }

  /** Sends bytes of our own to the client. */
  inject(bytes: Buffer): void {
    this.#client.write(bytes);
  }

  /** Resets both connections. */
  reset(): void {
    this.#requests.close();
    this.#replies.close();
    reset(this.#client);
    reset(this.#server);
  }

  /** Lets go what was held, after the faults have changed. */
  release(): void {
    this.#requests.move();
    this.#replies.move();
  }

  #onReply(bytes: Buffer): void {
    if (this.#faults.resets === 0 || this.#faults.passage.replies !== 'pass') {
      this.#replies.accept(bytes);
      return;
    }
    this.#faults.resets--;
    // The reset must not overtake the half that is to arrive.
    this.#client.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => this.reset());
  }
}

/** Node cannot reset a socket that is being ended: its handle would stay open for ever, and the process with it. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
