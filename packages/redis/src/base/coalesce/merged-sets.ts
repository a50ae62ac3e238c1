import { ReplyError, type ReplyReceiver } from '@cachefb/core';
import type { Request } from '../link.js';
import { type Group, MOST_BYTES, MOST_KEYS } from './group.js';

/** A `set` of a group that was refused as a whole. */
export interface RefusedSet {
  readonly key: string;
  readonly value: string;
  readonly receiver: ReplyReceiver;
}

/** Told of the sets of a group that was refused as a whole, perhaps for one of them. */
export type RefusedListener = (group: MergedSets, sets: RefusedSet[], error: ReplyError) => void;

/** Plain `set`s, which travel as one MSET. */
export class MergedSets implements Group {
  readonly place: number;
  readonly #onRefused: RefusedListener;
  /** Keys and values in turn, as Redis takes them. */
  readonly #pairs: string[] = [];
  readonly #receivers: ReplyReceiver[] = [];
  #bytes = 0;

  constructor(place: number, onRefused: RefusedListener) {
    this.place = place;
    this.#onRefused = onRefused;
  }

  get callers(): number {
    return this.#receivers.length;
  }

  /** Whether a value still belongs into it. */
  hasRoomFor(value: string): boolean {
    return (
      this.#receivers.length === 0 ||
      (this.#receivers.length < MOST_KEYS && this.#bytes + value.length <= MOST_BYTES)
    );
  }

  *keys(): IterableIterator<string> {
    for (let i = 0; i < this.#pairs.length; i += 2) yield this.#pairs[i] as string;
  }

  add(key: string, value: string, receiver: ReplyReceiver): void {
    this.#pairs.push(key, value);
    this.#receivers.push(receiver);
    this.#bytes += value.length;
  }

  write(requests: Request[]): void {
    const name = this.#receivers.length === 1 ? 'set' : 'mset';
    requests.push({ name, args: this.#pairs });
  }

  settle(outcomes: readonly unknown[], from: number): number {
    const outcome = outcomes[from];
    if (outcome instanceof ReplyError && this.#receivers.length > 1) {
      this.#onRefused(this, this.#sets(), outcome);
    } else if (outcome instanceof Error) {
      for (const receiver of this.#receivers) receiver.failed(outcome);
    } else {
      for (const receiver of this.#receivers) receiver.answered('OK');
    }
    return from + 1;
  }

  #sets(): RefusedSet[] {
    return this.#receivers.map((receiver, index) => ({
      key: this.#pairs[2 * index] as string,
      value: this.#pairs[2 * index + 1] as string,
      receiver,
    }));
  }
}
