import { type Command, keysOf } from '@cachefb/core';

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

/** Writes of which it is not decided yet whether Redis answers them, or memory in its place. */
export class SentWrites {
  #newest: SentWrite | undefined;

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
    if (this.#newest !== undefined) this.#newest.next = write;
    this.#newest = write;
  }

  remove(write: SentWrite): void {
    const { previous, next } = write;
    if (previous !== undefined) previous.next = next;
    if (next !== undefined) next.previous = previous;
    else if (this.#newest === write) this.#newest = previous;
    write.previous = undefined;
    write.next = undefined;
  }

  /**
   * Resolves when those that were asked for before a command, and share a key with it, are answered; `undefined` if there
   * are none.
   *
   * @param keys - those that it is about; none for all.
   */
  before(keys: readonly string[], turn: number): Promise<unknown> | undefined {
    const waits: Promise<unknown>[] = [];
    for (let one = this.#newest; one !== undefined; one = one.previous) {
      if (one.turn >= turn || !isAbout(one.command, keys)) continue;
      waits.push(one.reply.then(ignore, ignore));
    }
    return waits.length === 0 ? undefined : Promise.all(waits);
  }
}

function isAbout(command: Command, keys: readonly string[]): boolean {
  const its = keysOf(command);
  return keys.length === 0 || its.length === 0 || its.some((key) => keys.includes(key));
}

function ignore(): void {}
