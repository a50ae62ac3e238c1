import type { Command, Reply, ReplyReceiver } from '@cachefb/core';
import type { SentWrite } from './sent-writes.js';

/** Told what became of a command that was sent to Redis. */
export interface AskedListener {
  answered(asked: Asked, reply: Reply, until: Promise<void> | undefined): void;
  failed(asked: Asked, error: Error): void;
}

/** A command that was sent to Redis, and the caller who waits for its reply: all that is kept of one, as one object. */
export class Asked implements ReplyReceiver, SentWrite {
  readonly command: Command;
  readonly turn: number;
  previous: SentWrite | undefined = undefined;
  next: SentWrite | undefined = undefined;
  /** When it was sent, epoch milliseconds. */
  readonly sentAt: number;
  /** The mirror's epoch at that moment. */
  readonly epoch: number;
  /** What the caller waits for as well. */
  readonly known: Promise<void> | undefined;
  /** What the caller gets. */
  readonly reply: Promise<Reply>;
  resolve!: (reply: Reply | Promise<Reply>) => void;
  readonly #listener: AskedListener;

  constructor(
    listener: AskedListener,
    command: Command,
    turn: number,
    sentAt: number,
    epoch: number,
    known: Promise<void> | undefined,
  ) {
    this.#listener = listener;
    this.command = command;
    this.turn = turn;
    this.sentAt = sentAt;
    this.epoch = epoch;
    this.known = known;
    this.reply = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  answered(reply: Reply, until?: Promise<void>): void {
    this.#listener.answered(this, reply, until);
  }

  failed(error: Error): void {
    this.#listener.failed(this, error);
  }
}
