import { CacheUnavailableError, type ReplyReceiver } from '@cachefb/core';
import type { Request } from '../link.js';
import { type Group, MOST_BYTES, MOST_KEYS } from './group.js';

/** Fewer keys than this travel more cheaply by themselves. */
const LEAST_KEYS = 4;
const NO_ARGS: readonly string[] = [];
const MULTI: Request = { name: 'multi', args: NO_ARGS };
const EXEC: Request = { name: 'exec', args: NO_ARGS };
/** Replies to what is sent for a group: MULTI, MGET, EXISTS, EXEC. */
const PARTS = 4;

/** What a {@link MergedGets} tells. */
export interface GetsListener {
  /** Keys whose answer has to be asked for one by one: `get` them, and hand each outcome to {@link MergedGets.looked}. */
  readonly onDoubt: (group: MergedGets, indexes: readonly number[]) => void;
  /** Reads cannot be merged: not for this user, or only not `'now'`, because a full server begins no transaction. */
  readonly onRefused: (when?: 'now') => void;
  /** How long the values were, characters in all. */
  readonly onSize: (length: number, keys: number) => void;
}

/**
 * `get`s that travel as one MGET. It answers nil for a key of another type, where a `get` says WRONGTYPE: so an EXISTS
 * over the same keys goes with it, in one transaction. If as many keys exist as have values, every nil is a key that
 * is not there. If not, the nils are looked at again one by one: their `get` says what it would have said.
 *
 * A later write to such a key must not be seen by that second look, so it is sent ahead of the write: see
 * {@link MergedGets.lookBefore}.
 */
export class MergedGets implements Group {
  readonly place: number;
  readonly #listener: GetsListener;
  readonly #most: number;
  readonly #keys: string[] = [];
  readonly #receivers: ReplyReceiver[] = [];
  /** The keys, where there are several. */
  #distinct: Set<string> | undefined;
  /** Callers who asked for a key that is asked for already. */
  #others: Map<number, ReplyReceiver[]> | undefined;
  /** Where each key is; made when somebody asks. */
  #indexes: Map<string, number> | undefined;
  /** Keys for which a second look has been sent. */
  #looks: Set<number> | undefined;
  /** Keys whose answer is that of the second look. */
  #doubted: Set<number> | undefined;
  #callers = 0;
  #settled = false;

  /** @param valueLength - what a value is expected to be long, characters. */
  constructor(place: number, listener: GetsListener, valueLength: number) {
    this.place = place;
    this.#listener = listener;
    this.#most = Math.max(1, Math.min(MOST_KEYS, Math.floor(MOST_BYTES / (valueLength + 1))));
  }

  get callers(): number {
    return this.#callers;
  }

  keys(): readonly string[] {
    return this.#keys;
  }

  /** Takes in a `get` if there is room, or if the key is there: it travels once. */
  take(key: string, receiver: ReplyReceiver): boolean {
    const keys = this.#keys;
    if (keys.length > 0) {
      this.#distinct ??= new Set(keys);
      const isThere =
        keys.length < this.#most
          ? this.#distinct.add(key).size === keys.length
          : this.#distinct.has(key);
      if (isThere) {
        this.#share(key, receiver);
        return true;
      }
      if (keys.length >= this.#most) return false;
    }
    this.#callers++;
    this.#indexes?.set(key, keys.length);
    keys.push(key);
    this.#receivers.push(receiver);
    return true;
  }

  /**
   * Where a key is to be looked at before it is written; `undefined` if it need not be: it is not here, has its answer,
   * or is looked at already.
   */
  lookBefore(key: string): number | undefined {
    const isThere = this.#distinct?.has(key) ?? this.#keys[0] === key;
    return isThere ? this.#lookAt(this.#indexOf(key)) : undefined;
  }

  /** The same for all keys. */
  *looksBeforeAll(): IterableIterator<number> {
    for (const index of this.#keys.keys()) {
      if (this.#lookAt(index) !== undefined) yield index;
    }
  }

  keyAt(index: number): string {
    return this.#keys[index] as string;
  }

  /** Takes what a second look has found. */
  looked(index: number, outcome: unknown): void {
    if (this.#doubted?.delete(index)) this.#answer(index, outcome);
  }

  write(requests: Request[]): void {
    const keys = this.#keys;
    if (keys.length < LEAST_KEYS) {
      for (const key of keys) requests.push({ name: 'get', args: [key] });
    } else {
      requests.push(MULTI, { name: 'mget', args: keys }, { name: 'exists', args: keys }, EXEC);
    }
  }

  settle(outcomes: readonly unknown[], from: number): number {
    this.#settled = true;
    const { length } = this.#keys;
    if (length < LEAST_KEYS) {
      for (let i = 0; i < length; i++) this.#answer(i, outcomes[from + i]);
      return from + length;
    }
    const result = outcomes[from + PARTS - 1];
    if (isResult(result)) this.#read(...result);
    else this.#failed(outcomes.slice(from, from + PARTS));
    return from + PARTS;
  }

  #read(values: readonly (string | null)[], existing: number): void {
    let found = 0;
    let size = 0;
    for (const value of values) {
      if (value === null) continue;
      found++;
      size += value.length;
    }
    this.#listener.onSize(size, values.length);
    const isDoubtful = found !== existing;
    const doubted: number[] = [];
    for (let i = 0; i < values.length; i++) {
      if (isDoubtful && values[i] === null) doubted.push(i);
      else this.#answer(i, values[i]);
    }
    this.#doubt(doubted);
  }

  #failed(outcomes: readonly unknown[]): void {
    const failure = outcomes.find((outcome) => outcome instanceof CacheUnavailableError);
    if (failure === undefined || failure.scope === 'writes') {
      this.#listener.onRefused(failure && 'now');
      this.#doubt([...this.#keys.keys()]);
    } else {
      for (const index of this.#keys.keys()) this.#answer(index, failure);
    }
  }

  #doubt(indexes: readonly number[]): void {
    if (indexes.length === 0) return;
    this.#doubted = new Set(indexes);
    const looks = this.#looks;
    const unlooked = looks === undefined ? indexes : indexes.filter((index) => !looks.has(index));
    if (unlooked.length > 0) this.#listener.onDoubt(this, unlooked);
  }

  #answer(index: number, outcome: unknown): void {
    tell(this.#receivers[index] as ReplyReceiver, outcome);
    const others = this.#others?.get(index);
    if (others !== undefined) for (const receiver of others) tell(receiver, outcome);
  }

  #lookAt(index: number): number | undefined {
    if (this.#settled) return undefined;
    this.#looks ??= new Set();
    if (this.#looks.has(index)) return undefined;
    this.#looks.add(index);
    return index;
  }

  #share(key: string, receiver: ReplyReceiver): void {
    this.#callers++;
    const index = this.#indexOf(key);
    this.#others ??= new Map();
    const others = this.#others.get(index);
    if (others === undefined) this.#others.set(index, [receiver]);
    else others.push(receiver);
  }

  #indexOf(key: string): number {
    this.#indexes ??= new Map(this.#keys.map((name, index) => [name, index]));
    return this.#indexes.get(key) as number;
  }
}

function tell(receiver: ReplyReceiver, outcome: unknown): void {
  if (outcome instanceof Error) receiver.failed(outcome);
  else receiver.answered(outcome as string | null);
}

function isResult(result: unknown): result is readonly [(string | null)[], number] {
  return Array.isArray(result) && Array.isArray(result[0]) && typeof result[1] === 'number';
}
