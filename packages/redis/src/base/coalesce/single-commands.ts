import type { ReplyReceiver } from '@cachefb/core';
import type { Request } from '../link.js';
import type { Group } from './group.js';
import type { HashGets } from './hash-gets.js';

/** The reply as the contract has it, where that is not what arrives. */
type ReadReply = (raw: unknown) => unknown;

/** Commands that are sent as they are. */
export class SingleCommands implements Group {
  readonly place: number;
  readonly #requests: Request[] = [];
  readonly #receivers: ReplyReceiver[] = [];
  readonly #readers: (ReadReply | undefined)[] = [];
  readonly #keys: (readonly string[])[] = [];
  #joined = 0;
  /** The latest command, if others may join it. */
  #latest: HashGets | undefined;

  constructor(place: number) {
    this.place = place;
  }

  get callers(): number {
    return this.#receivers.length + this.#joined;
  }

  keys(): Iterable<string> {
    return this.#keys.flat();
  }

  /** Has an `hget` join the command before it, if that is of the same hash and has room. */
  join(key: string, field: string, receiver: ReplyReceiver): boolean {
    const latest = this.#latest;
    if (latest === undefined || latest.key !== key || !latest.take(field, receiver)) return false;
    this.#joined++;
    return true;
  }

  /** Adds what later ones may join. */
  addHashGets(gets: HashGets, keys: readonly string[]): void {
    this.add(gets, keys, gets);
    this.#latest = gets;
  }

  /** Whether a command is one of these. */
  has(gets: HashGets): boolean {
    return this.#receivers.includes(gets);
  }

  /** Whether anything about its key was asked here after a command. */
  isOvertaken(gets: HashGets): boolean {
    return this.#keys
      .slice(this.#receivers.indexOf(gets) + 1)
      .some((keys) => keys.includes(gets.key));
  }

  /** @param keys - those that it names. */
  add(request: Request, keys: readonly string[], receiver: ReplyReceiver, read?: ReadReply): void {
    this.#latest = undefined;
    this.#requests.push(request);
    this.#keys.push(keys);
    this.#receivers.push(receiver);
    this.#readers.push(read);
  }

  write(requests: Request[]): void {
    for (const request of this.#requests) requests.push(request);
  }

  settle(outcomes: readonly unknown[], from: number): number {
    let index = from;
    for (const [position, receiver] of this.#receivers.entries()) {
      const outcome = outcomes[index++];
      const read = this.#readers[position];
      if (outcome instanceof Error) receiver.failed(outcome);
      else receiver.answered((read === undefined ? outcome : read(outcome)) as never);
    }
    return index;
  }
}
