import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CacheBackend, KeyState } from '@cachefb/core';
import type { Happening } from '@cachefb/sync';

/** What happened to a key, by a command that was sent at an epoch. */
export interface Sent {
  readonly happening: Happening;
  readonly epoch: number;
}

/** What a {@link Rereading} works with. */
export interface RereadingOptions {
  readonly primary: CacheBackend;
  /** Whether nothing is to be read. */
  readonly isPaused: () => boolean;
  /** Whether a copy is to be read again. */
  readonly isOld: (key: string) => boolean;
  /** Begins an epoch: what is sent from now on is known by it. */
  readonly begin: () => number;
  /** Told of what a key held in an epoch, and of what has happened to it since. */
  readonly onRead: (key: string, state: KeyState, since: readonly Sent[], epoch: number) => void;
}

/** A key that is to be read, or just is. */
interface Reading {
  /** The epoch that began when the key was asked for. */
  asked: number | undefined;
  /** What happened by commands sent since: their replies may be told before what was read. */
  readonly since: Sent[];
  /** Of those who wait until the key is read, or not wanted any more. */
  over: Promise<void> | undefined;
  end: () => void;
}

/** Keys that are read together. */
const BATCH = 100;
/** Copies looked at in one turn, as to whether they are old. */
const LOOKS = 1000;

/**
 * Reads keys from Redis: those that are about to be written right behind the write, then, one batch after the other, those
 * that are wanted and those that may be old. It relies on commands and readings reaching Redis in the order in which they
 * are sent.
 */
export class Rereading {
  readonly #options: RereadingOptions;
  readonly #readings = new Map<string, Reading>();
  /** Keys that have not been asked for yet, in their order. */
  readonly #queue = new Set<string>();
  /** Keys to be asked for right behind what is being sent. */
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
    if (this.#options.isPaused() || this.#readings.has(key)) return;
    this.#begin(key);
    this.#queue.add(key);
    this.#start();
  }

  /**
   * Has a key read right behind the command that is about to be sent, unless it just is. Answers what resolves when what
   * the command left is known, or will not be.
   */
  wantBehind(key: string): Promise<void> | undefined {
    if (this.#options.isPaused()) return undefined;
    const known = this.#readings.get(key);
    const reading = known ?? this.#begin(key);
    if (known === undefined || this.#queue.delete(key)) {
      if (this.#behind.size === 0) process.nextTick(this.#readBehind);
      this.#behind.add(key);
    }
    reading.over ??= new Promise((resolve) => {
      reading.end = resolve;
    });
    return reading.over;
  }

  /** Takes a wish back; whether there was one. What comes of a reading under way is not told. */
  unwant(key: string): boolean {
    this.#queue.delete(key);
    this.#behind.delete(key);
    this.#readings.get(key)?.end();
    return this.#readings.delete(key);
  }

  /** Something happened to a key that may just be read. */
  happened(key: string, happening: Happening, epoch: number): void {
    const reading = this.#readings.get(key);
    if (reading !== undefined) add(reading, { happening, epoch });
  }

  /** The same happened to every key. */
  happenedToAll(happening: Happening, epoch: number): void {
    for (const reading of this.#readings.values()) add(reading, { happening, epoch });
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

  /** Begins with what was left for later: it was not to take its time from what had to be brought back. */
  catchUp(): void {
    if (this.#options.isPaused() || this.#later.length === 0) return;
    this.#catchingUp = true;
    this.#start();
  }

  /** Reads nothing of what was wanted. */
  forget(): void {
    for (const { end } of this.#readings.values()) end();
    this.#readings.clear();
    this.#queue.clear();
    this.#behind.clear();
    this.#stale = undefined;
    this.#later = [];
    this.#catchingUp = false;
  }

  #begin(key: string): Reading {
    const reading = { asked: undefined, since: [], over: undefined, end: ignore };
    this.#readings.set(key, reading);
    return reading;
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
        await this.#read(keys);
      } else if (this.#stale === undefined && !this.#catchingUp) break;
      else await nextTurn();
    }
    this.#running = false;
  }

  readonly #readBehind = (): void => {
    const keys = [...this.#behind];
    this.#behind.clear();
    for (let i = 0; i < keys.length; i += BATCH) void this.#read(keys.slice(i, i + BATCH));
  };

  /** Never rejects. */
  async #read(keys: readonly string[]): Promise<void> {
    const { primary, begin, onRead } = this.#options;
    const epoch = begin();
    const readings = keys.map((key) => this.#readings.get(key));
    for (const reading of readings) if (reading !== undefined) reading.asked = epoch;
    /** Whether a key is still wanted, and not once more: then it is not any longer. */
    const take = (index: number): Reading | undefined => {
      const reading = readings[index];
      const isWanted = reading !== undefined && this.#readings.get(keys[index]!) === reading;
      return isWanted && this.unwant(keys[index]!) ? reading : undefined;
    };
    try {
      const states = await primary.read(keys);
      for (const [index, state] of states.entries()) {
        const reading = take(index);
        if (reading !== undefined) onRead(keys[index]!, state, reading.since, epoch);
      }
    } catch {
      // Redis is away or refuses to tell; whoever uses these keys next has them read again.
    }
    for (const index of keys.keys()) take(index);
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

function ignore(): void {}

/** The first ones, so many at most. */
function firstOf<T>(values: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    first.push(value);
    if (first.length === most) break;
  }
  return first;
}

/** What was sent before a key was asked for is in what is read. */
function add({ asked, since }: Reading, sent: Sent): void {
  if (asked !== undefined && sent.epoch >= asked) since.push(sent);
}
