import { ReplyError, type ReplyReceiver } from '@cachefb/core';
import { MOST_BYTES, MOST_KEYS } from './group.js';

/** An `hget` of several that were refused as one. */
interface RefusedField {
  readonly field: string;
  readonly receiver: ReplyReceiver;
}

/** What {@link HashGets} tell. */
export interface HashGetsListener {
  /** They were refused as one, which none of them may be by itself. */
  readonly onRefused: (gets: HashGets, fields: RefusedField[], error: ReplyError) => void;
  /** How long a value was, characters. */
  readonly onField: (length: number) => void;
}

/**
 * `hget`s of one hash that were asked one right after the other, which travel as one HMGET: it answers nil for a field that is
 * not there and WRONGTYPE for a key that is no hash, as each of them would.
 */
export class HashGets implements ReplyReceiver {
  readonly key: string;
  readonly #listener: HashGetsListener;
  readonly #most: number;
  /** As Redis takes them: the key, and each field. */
  readonly args: string[];
  readonly #first: ReplyReceiver;
  #others: ReplyReceiver[] | undefined;

  /** @param valueLength - what a value is expected to be long, characters. */
  constructor(
    key: string,
    field: string,
    receiver: ReplyReceiver,
    listener: HashGetsListener,
    valueLength: number,
  ) {
    this.key = key;
    this.args = [key, field];
    this.#first = receiver;
    this.#listener = listener;
    this.#most = Math.min(MOST_KEYS, Math.floor(MOST_BYTES / (valueLength + 1)));
  }

  get name(): string {
    return this.#others === undefined ? 'hget' : 'hmget';
  }

  /** Takes in another field, if there is room. */
  take(field: string, receiver: ReplyReceiver): boolean {
    if (this.args.length > this.#most) return false;
    this.args.push(field);
    this.#others ??= [];
    this.#others.push(receiver);
    return true;
  }

  answered(reply: unknown): void {
    if (this.#others === undefined) this.#tell(this.#first, reply as string | null);
    else {
      const values = reply as (string | null)[];
      this.#tell(this.#first, values[0] ?? null);
      for (const [index, other] of this.#others.entries()) {
        this.#tell(other, values[index + 1] ?? null);
      }
    }
  }

  failed(error: Error): void {
    const receivers = [this.#first, ...(this.#others ?? [])];
    if (receivers.length > 1 && error instanceof ReplyError && error.code === 'NOPERM') {
      const fields = receivers.map((receiver, index) => ({
        field: this.args[index + 1] as string,
        receiver,
      }));
      this.#listener.onRefused(this, fields, error);
    } else {
      for (const receiver of receivers) receiver.failed(error);
    }
  }

  #tell(receiver: ReplyReceiver, value: string | null): void {
    if (value !== null) this.#listener.onField(value.length);
    receiver.answered(value);
  }
}
