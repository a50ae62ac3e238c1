import { changesOf, systemClock } from '@cachefb/core';
import { type Chunk, Database } from '../database.js';
import { GroupCommit } from '../group-commit.js';
import { storageError } from '../storage-error.js';
import { carry } from './carried-error.js';
import type { Message, Opening, PackedChunk, Request } from './messages.js';
import { pack } from './packed.js';
import { Rest } from './rest.js';

/** A way to the thread that uses the store: a `MessagePort`. */
export interface Way {
  postMessage(message: Message, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (request: Request) => void): unknown;
  close(): void;
}

/** Does what it is asked for with one file, until it is closed. */
export function serve(way: Way): void {
  const served = new Served(way);
  way.on('message', (request) => void served.take(request));
}

class Served {
  readonly #way: Way;
  #folder = '';
  #database: Database | undefined;
  #commits: GroupCommit | undefined;
  #rest = new Rest();
  readonly #loads = new Map<number, Iterator<Chunk>>();

  constructor(way: Way) {
    this.#way = way;
  }

  /** Answers every call that asks for it. Never rejects. */
  async take(request: Request): Promise<void> {
    if (request.call === 'acknowledged') {
      this.#commits?.acknowledge(changesOf(request.draft), request.clear);
      return;
    }
    if (request.call === 'endLoad') {
      this.#loads.delete(request.load);
      return;
    }
    const { id } = request;
    try {
      const value = await this.#answer(request);
      this.#way.postMessage({ kind: 'answer', id, value }, value && [value.packed.buffer]);
    } catch (error) {
      this.#way.postMessage({ kind: 'refusal', id, error: carry(this.#folder, error) });
    }
    if (request.call === 'close') this.#way.close();
  }

  async #answer(
    request: Exclude<Request, { call: 'acknowledged' | 'endLoad' }>,
  ): Promise<PackedChunk | undefined> {
    switch (request.call) {
      case 'open':
        this.#rest = new Rest(request.options.rest);
        return this.#rest.during(() => this.#open(request.options));
      case 'write':
        await this.#isOpen().commits.write(changesOf(request.draft), request.clear);
        return undefined;
      case 'flush':
        await this.#isOpen().commits.flush();
        return undefined;
      case 'next':
        return this.#next(request.load);
      case 'close':
        return this.#close();
    }
  }

  async #open({ folder, file, secret, durability, delay }: Opening): Promise<undefined> {
    this.#folder = folder;
    const database = await Database.open(file, secret, durability);
    this.#database = database;
    this.#commits = new GroupCommit({
      delay,
      clock: systemClock,
      commit: (batch) => this.#rest.during(() => database.commit(batch)),
      onHealth: (error) => {
        this.#way.postMessage({
          kind: 'health',
          error: error === undefined ? undefined : carry(folder, error),
        });
      },
      onCommitted: (batches) => this.#way.postMessage({ kind: 'committed', batches }),
    });
  }

  /** Loads are told apart by their numbers. */
  async #next(load: number): Promise<PackedChunk | undefined> {
    const { database, commits } = this.#isOpen();
    let chunks = this.#loads.get(load);
    if (chunks === undefined) {
      await commits.flush();
      chunks = database.chunks();
      this.#loads.set(load, chunks);
    }
    const { chunk, size } = await this.#rest.during(() => ({
      chunk: chunks.next().value as Chunk | undefined,
      size: database.size,
    }));
    if (chunk === undefined) {
      this.#loads.delete(load);
      return undefined;
    }
    return { packed: pack(chunk.entries), damaged: chunk.damaged, size };
  }

  /** Lets go of the file in any case. */
  async #close(): Promise<undefined> {
    try {
      await this.#commits?.flush();
    } finally {
      this.#commits?.stop();
      await this.#rest.during(() => this.#database?.close());
    }
  }

  #isOpen(): { readonly database: Database; readonly commits: GroupCommit } {
    const database = this.#database;
    const commits = this.#commits;
    if (database === undefined || commits === undefined) {
      throw storageError(this.#folder, new Error('not open'));
    }
    return { database, commits };
  }
}
