import type { Redis } from 'ioredis';

/**
 * Collects commands as text, to be written at once: half the work of as many writes to a corked socket. To ioredis it is
 * the stream of a pipeline, into which `sendCommand` writes.
 */
export class Outbox {
  readonly isPipeline = true;
  readonly destination: { readonly redis: Redis };
  #text = '';

  constructor(redis: Redis) {
    this.destination = { redis };
  }

  /** Called by ioredis; all arguments are strings, so that a command is text. */
  write(command: string): void {
    this.#text += command;
  }

  /** What has come together; it is empty afterwards. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
