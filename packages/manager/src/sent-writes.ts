import { type Command, keysOf } from '@cachefb/core';
import { CommandOrder } from './command-order.js';

/** A write that was sent to Redis. */
export interface SentWrite {
  readonly command: Command;
  /** The how manieth command it was to be asked for. */
  readonly turn: number;
  /** What its caller gets, from memory in the end if Redis fails. */
  readonly reply: Promise<unknown>;
  previous: SentWrite | undefined;
  next: SentWrite | undefined;
}

/**
 * Writes of which it is not decided yet whether Redis answers them, or memory in its place. They are kept in a list, which
 * costs next to nothing, and are only put in order when somebody asks for it.
 */
export class SentWrites {
  #oldest: SentWrite | undefined;
  #newest: SentWrite | undefined;
  #order: CommandOrder | undefined;

  get isEmpty(): boolean {
    return this.#newest === undefined;
  }

  /** Adds one until its reply is there. */
  follow(command: Command, turn: number, reply: Promise<unknown>): void {
    const write: SentWrite = { command, turn, reply, previous: undefined, next: undefined };
    this.add(write);
    const remove = () => this.remove(write);
    reply.then(remove, remove);
  }

  add(write: SentWrite): void {
    write.previous = this.#newest;
    if (this.#newest === undefined) this.#oldest = write;
    else this.#newest.next = write;
    this.#newest = write;
    if (this.#order !== undefined) enter(this.#order, write);
  }

  /** Does nothing to one that was not added. */
  remove(write: SentWrite): void {
    const { previous, next } = write;
    if (previous !== undefined) previous.next = next;
    else if (this.#oldest === write) this.#oldest = next;
    if (next !== undefined) next.previous = previous;
    else if (this.#newest === write) this.#newest = previous;
    write.previous = undefined;
    write.next = undefined;
    if (this.#newest === undefined) this.#order = undefined;
  }

  /**
   * Resolves when those that were asked for before a command, and share a key with it, are answered; `undefined` if there
   * are none.
   *
   * @param keys - those that it is about; none for all.
   */
  before(keys: readonly string[], turn: number): Promise<unknown> | undefined {
    if (this.isEmpty) return undefined;
    this.#order ??= this.#inOrder();
    return this.#order.before(keys, turn);
  }

  #inOrder(): CommandOrder {
    const order = new CommandOrder();
    for (let write = this.#oldest; write !== undefined; write = write.next) enter(order, write);
    return order;
  }
}

function enter(order: CommandOrder, { command, turn, reply }: SentWrite): void {
  order.enter(keysOf(command), turn, reply);
}
