import type { ReplyReceiver } from '@cachefb/core';
import type { Request } from '../link.js';
import type { Group } from './group.js';

/** The reply as the contract has it, where that is not what arrives. */
type ReadReply = (raw: unknown) => unknown;

/** Commands that are sent as they are. */
export class SingleCommands implements Group {
  readonly place: number;
  readonly #requests: Request[] = [];
  readonly #receivers: ReplyReceiver[] = [];
  readonly #readers: (ReadReply | undefined)[] = [];
  readonly #keys: (readonly string[])[] = [];

  constructor(place: number) {
    this.place = place;
  }

  get callers(): number {
    return this.#receivers.length;
  }

  keys(): Iterable<string> {
    return this.#keys.flat();
  }

  /** @param keys - those that it names. */
  add(request: Request, keys: readonly string[], receiver: ReplyReceiver, read?: ReadReply): void {
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
