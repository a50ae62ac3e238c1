import type { CacheError, Draft, Durability, StoredEntry } from '@cachefb/core';
import { storageError } from '../storage-error.js';
import { arrived } from './carried-error.js';
import type { Calls, Message, Request, ThreadOptions } from './messages.js';
import { unpack } from './packed.js';
import { awaitedAtTheEnd, Rest } from './rest.js';
import { startThread } from './start-thread.js';
import { UnderWay } from './under-way.js';

/** A running thread, as a `Worker` is one. */
export interface Thread {
  postMessage(request: Request, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
  on(event: 'error' | 'exit', listener: (reason: unknown) => void): unknown;
  ref(): void;
  unref(): void;
}

/** Told what happens in the thread. */
export interface ThreadEvents {
  /** Commits began to fail, or with `undefined` work again. */
  readonly onHealth: (error: CacheError | undefined) => void;
  /** It ended, and nobody had it end. */
  readonly onEnd: (error: CacheError) => void;
}

/** One part of what is stored. */
export interface LoadedChunk {
  readonly entries: readonly StoredEntry[];
  /** Entries that are there and cannot be read. */
  readonly damaged: number;
  /** Entries that there are by now. */
  readonly size: number;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: CacheError) => void;
}

/**
 * A store's file in a thread of its own: here changes are only handed over. The thread keeps the process alive while it has
 * something to do.
 */
export class StoreThread {
  readonly #thread: Thread;
  readonly #folder: string;
  readonly #durability: Durability;
  readonly #events: ThreadEvents;
  readonly #calls = new Map<number, Waiting>();
  readonly #underWay = new UnderWay();
  readonly #rest = new Rest();
  readonly #forget = awaitedAtTheEnd(this.#rest);
  #lastCall = 0;
  #lastLoad = 0;
  #isFailing = false;
  #isHeld = true;
  #end: CacheError | undefined;

  private constructor({ folder, durability }: ThreadOptions, events: ThreadEvents) {
    this.#folder = folder;
    this.#durability = durability;
    this.#events = events;
    this.#thread = startThread();
    this.#thread.on('message', (message) => this.#take(message));
    this.#thread.on('error', (error) => this.#ended(error));
    this.#thread.on('exit', () => this.#ended(new Error('its thread has ended')));
  }

  /**
   * Starts a thread that opens a file, or makes it.
   *
   * @throws CacheError that says what is wrong with the file.
   */
  static async open(options: ThreadOptions, events: ThreadEvents): Promise<StoreThread> {
    const thread = new StoreThread(options, events);
    try {
      await thread.#call('open', { options: { ...options, rest: thread.#rest.buffer } });
    } catch (error) {
      await thread.close();
      throw error;
    }
    return thread;
  }

  /** Changes that are acknowledged and not committed yet. */
  get pending(): number {
    return this.#underWay.changes;
  }

  /**
   * Makes changes, after everything else is deleted if `clear`. Relaxed, they are acknowledged at once; but while
   * commits fail, or too much is under way, it takes until they are committed, so that no more than that can pile up.
   */
  write(draft: Draft, clear = false): Promise<void> {
    const transfer = [draft.bytes.buffer, draft.places.buffer];
    if (this.#durability === 'strict' || this.#isFailing || this.#end !== undefined) {
      return this.#call('write', { clear, draft }, transfer);
    }
    const room = this.#underWay.add(draft.changes + (clear ? 1 : 0), draft.size);
    this.#thread.postMessage({ call: 'acknowledged', clear, draft }, transfer);
    this.#hold();
    return room;
  }

  /** Has what was acknowledged on disk; rejects if the disk does not take it. */
  flush(): Promise<void> {
    return this.#call('flush', {});
  }

  /** Everything that was written before, part by part; the next part is read while one is used. */
  async *chunks(): AsyncGenerator<LoadedChunk> {
    const load = ++this.#lastLoad;
    const ask = () => {
      const next = this.#call('next', { load });
      next.catch(() => {}); // Nobody may come for it.
      return next;
    };
    let next = ask();
    try {
      for (;;) {
        const chunk = await next;
        if (chunk === undefined) return;
        next = ask();
        const { packed, damaged, size } = chunk;
        yield { entries: unpack(packed), damaged, size };
      }
    } finally {
      this.#thread.postMessage({ call: 'endLoad', load });
    }
  }

  /** Commits what there is, and ends the thread in any case. */
  async close(): Promise<void> {
    if (this.#end !== undefined) return;
    const closing = this.#call('close', {});
    this.#end = storageError(this.#folder, new Error('it is closed'));
    await closing;
  }

  #call<Name extends keyof Calls>(
    call: Name,
    ask: Calls[Name]['ask'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Calls[Name]['answer']> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#lastCall;
    const answer = new Promise<Calls[Name]['answer']>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
    });
    this.#thread.postMessage({ call, id, ...ask } as Request, transfer);
    this.#hold();
    return answer;
  }

  #take(message: Message): void {
    switch (message.kind) {
      case 'answer':
        this.#waiting(message.id)?.resolve(message.value as never);
        break;
      case 'refusal':
        this.#waiting(message.id)?.reject(arrived(message.error));
        break;
      case 'committed':
        this.#underWay.committed(message.batches);
        break;
      case 'health': {
        const error = message.error && arrived(message.error);
        this.#isFailing = error !== undefined;
        if (this.#isFailing) this.#underWay.giveWay();
        this.#events.onHealth(error);
      }
    }
    this.#hold();
  }

  #waiting(id: number): Waiting | undefined {
    const waiting = this.#calls.get(id);
    this.#calls.delete(id);
    return waiting;
  }

  #ended(reason: unknown): void {
    this.#forget();
    const isExpected = this.#end !== undefined;
    this.#end ??= storageError(this.#folder, reason);
    this.#underWay.giveWay();
    for (const { reject } of this.#calls.values()) reject(this.#end);
    this.#calls.clear();
    if (!isExpected) this.#events.onEnd(this.#end);
  }

  /** A program that comes to its end still gets its last changes onto the disk, if the disk takes them. */
  #hold(): void {
    const isBusy = this.#calls.size > 0 || (this.#underWay.changes > 0 && !this.#isFailing);
    if (isBusy === this.#isHeld) return;
    this.#isHeld = isBusy;
    if (isBusy) this.#thread.ref();
    else this.#thread.unref();
  }
}
