import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CacheBackend, KeyState } from '@cachefb/core';
import type { Happening } from '@cachefb/sync';

/** What a {@link Rereading} works with. */
export interface RereadingOptions {
  readonly primary: CacheBackend;
  /** Whether nothing is to be read. */
  readonly isPaused: () => boolean;
  /** Whether a copy is to be read again. */
  readonly isOld: (key: string) => boolean;
  /** Of the moment at which keys are asked for. */
  readonly epoch: () => number;
  /** Told of what a key holds, and of what happened to it while it was read. */
  readonly onRead: (
    key: string,
    state: KeyState,
    meanwhile: readonly Happening[],
    epoch: number,
  ) => void;
}

/** Keys that are read together. */
const BATCH = 100;
/** Copies looked at in one turn, as to whether they are old. */
const LOOKS = 1000;

/**
 * Reads keys from Redis: those that are about to be written right behind the write, then, one batch after the other, those
 * that are wanted and those that may be old.
 */
export class Rereading {
  readonly #options: RereadingOptions;
  /** Keys to be read, with what is seen to happen to each while it is: once for every time that it was asked for. */
  readonly #wanted = new Map<string, Happening[][]>();
  /** Those of them that have not been asked for yet, in their order. */
  readonly #queue = new Set<string>();
  /** Keys to be read right behind what is being sent. */
  readonly #behind = new Set<string>();
  /** Keys to be read, as far as they are old, when nothing is wanted more. */
  #stale: Iterator<string> | undefined;
  /** Keys to be read once nothing is left to bring back, and nothing is wanted more. */
  #later: string[] = [];
  #catchingUp = false;
  #running = false;

  constructor(options: RereadingOptions) {
    this.#options = options;
  }

  /** Has a key read as soon as can be. */
  want(key: string): void {
    if (this.#options.isPaused() || this.#wanted.has(key)) return;
    this.#wanted.set(key, [[]]);
    this.#queue.add(key);
    this.#start();
  }

  /** Has a key read right behind the command that is about to be sent: both replies arrive together, or none. */
  wantBehind(key: string): void {
    if (this.#options.isPaused()) return;
    const readings = this.#wanted.get(key);
    if (readings === undefined) this.#wanted.set(key, [[]]);
    // What was asked for earlier may find nothing yet.
    else if (!this.#queue.delete(key) && !this.#behind.has(key)) readings.push([]);
    if (this.#behind.size === 0) process.nextTick(this.#readBehind);
    this.#behind.add(key);
  }

  /** Takes back {@link Rereading.want}; whether the key was wanted. */
  unwant(key: string): boolean {
    this.#queue.delete(key);
    this.#behind.delete(key);
    return this.#wanted.delete(key);
  }

  /** Something happens to a key that may just be read. */
  happened(key: string, happening: Happening): void {
    for (const meanwhile of this.#wanted.get(key) ?? []) meanwhile.push(happening);
  }

  /** Has keys read, as far as they are old by then. */
  wantOld(keys: Iterator<string>): void {
    this.#stale = keys;
    this.#start();
  }

  /** Has a key read after {@link Rereading.catchUp}. */
  wantLater(key: string): void {
    if (!this.#options.isPaused()) this.#later.push(key);
  }

  /** Reads what was left for later: all at once, lest it take its time from what still has to be brought back. */
  catchUp(): void {
    if (this.#options.isPaused() || this.#later.length === 0) return;
    this.#catchingUp = true;
    this.#start();
  }

  /** Reads nothing of what was wanted. */
  forget(): void {
    this.#wanted.clear();
    this.#queue.clear();
    this.#behind.clear();
    this.#stale = undefined;
    this.#later = [];
    this.#catchingUp = false;
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (!this.#options.isPaused()) {
      if (this.#queue.size === 0) this.#wantMore();
      if (this.#queue.size > 0) {
        const keys = firstOf(this.#queue, BATCH);
        for (const key of keys) this.#queue.delete(key);
        await this.#readKeys(keys);
      } else if (this.#stale === undefined) break;
      else await nextTurn();
    }
    this.#running = false;
  }

  readonly #readBehind = (): void => {
    const keys = [...this.#behind];
    this.#behind.clear();
    if (keys.length > 0) void this.#readKeys(keys);
  };

  async #readKeys(keys: readonly string[]): Promise<void> {
    const { primary, epoch, onRead } = this.#options;
    const asked = epoch();
    const readings = keys.map((key) => this.#wanted.get(key)?.at(-1));
    let states: readonly KeyState[] | undefined;
    try {
      states = await primary.read(keys);
    } catch {
      // Redis is away or refuses to tell; whoever uses these keys next has them read again.
    }
    for (const [index, key] of keys.entries()) {
      const meanwhile = readings[index];
      if (meanwhile === undefined || !this.#end(key, meanwhile, states?.[index])) continue;
      if (states !== undefined) onRead(key, states[index] as KeyState, meanwhile, asked);
    }
  }

  /** A key has been read; `false` if that was not wanted any more. What was found makes every later reading needless. */
  #end(key: string, reading: Happening[], state: KeyState | undefined): boolean {
    const readings = this.#wanted.get(key);
    const place = readings?.indexOf(reading) ?? -1;
    if (readings === undefined || place < 0) return false;
    readings.splice(place, 1);
    if (readings.length === 0 || (state !== undefined && state.type !== 'none')) {
      this.unwant(key);
    }
    return true;
  }

  /** A few at a time: to want all at once would take a while. */
  #wantMore(): void {
    for (let looks = 0; looks < LOOKS && this.#queue.size < BATCH; looks++) {
      const step = this.#stale?.next();
      if (step?.done !== false) this.#stale = undefined;
      else if (this.#options.isOld(step.value)) this.want(step.value);
    }
    if (this.#stale === undefined && this.#catchingUp) this.#wantLater();
  }

  #wantLater(): void {
    for (const key of this.#later.splice(-BATCH)) this.want(key);
    this.#catchingUp = this.#later.length > 0;
  }
}

/** The first ones, so many at most. */
function firstOf<T>(values: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    first.push(value);
    if (first.length === most) break;
  }
  return first;
}
