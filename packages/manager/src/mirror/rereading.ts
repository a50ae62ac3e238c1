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

/** Reads keys from Redis behind everything else: those that are wanted first, then those that may be old. */
export class Rereading {
  readonly #options: RereadingOptions;
  /** Keys to be read, each with what is seen to happen to it meanwhile. */
  readonly #wanted = new Map<string, Happening[]>();
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
    this.#wanted.set(key, []);
    this.#start();
  }

  /** Takes back {@link Rereading.want}; whether the key was wanted. */
  unwant(key: string): boolean {
    return this.#wanted.delete(key);
  }

  /** Something happens to a key that may just be read. */
  happened(key: string, happening: Happening): void {
    this.#wanted.get(key)?.push(happening);
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
    const { primary, isPaused, epoch, onRead } = this.#options;
    while (!isPaused()) {
      if (this.#wanted.size === 0) this.#wantMore();
      if (this.#wanted.size === 0) {
        if (this.#stale === undefined) break;
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const keys = firstOf(this.#wanted.keys(), BATCH);
      const asked = epoch();
      try {
        const states = await primary.read(keys);
        for (const [index, key] of keys.entries()) {
          const meanwhile = this.#wanted.get(key);
          this.#wanted.delete(key);
          if (meanwhile !== undefined) onRead(key, states[index] as KeyState, meanwhile, asked);
        }
      } catch {
        // Redis is away or refuses to tell; whoever uses these keys next has them read again.
        for (const key of keys) this.#wanted.delete(key);
      }
    }
    this.#running = false;
  }

  /** A few at a time: to want all at once would take a while. */
  #wantMore(): void {
    for (let looks = 0; looks < LOOKS && this.#wanted.size < BATCH; looks++) {
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
