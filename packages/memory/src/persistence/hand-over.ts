import type { Clock, CriticalStore, StoreChange, Timer } from '@cachefb/core';
import type { Keyspace } from '../keyspace.js';
import { DirtyKeys } from './dirty-keys.js';
import type { StoreHealth } from './store-health.js';
import { storedState } from './stored-state.js';

/** Keys handed over in one batch: a few milliseconds' worth. */
const BATCH = 2048;
/** Milliseconds until what failed is tried again. */
const RETRY = 1000;

/** What a {@link HandOver} needs. */
export interface HandOverOptions {
  readonly store: CriticalStore;
  readonly prefix: string;
  readonly clock: Clock;
}

/**
 * Hands changed entries over to a store. A changed key is only remembered; what it holds is encoded at the end of the
 * turn, or of the time for which the store lets changes be gathered, however often it changed. What the store fails at is tried again.
 */
export class HandOver {
  readonly #space: Keyspace;
  readonly #options: HandOverOptions;
  readonly #health: StoreHealth;
  readonly #dirty = new DirtyKeys();
  #waiting: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #gathering: Timer | undefined;
  #retry: Timer | undefined;
  #isOn = false;
  #mayHaveStrangers = false;

  constructor(space: Keyspace, options: HandOverOptions, health: StoreHealth) {
    this.#space = space;
    this.#options = options;
    this.#health = health;
  }

  /** Keys whose stored state is out of date; `Infinity` for more than are counted. */
  get pending(): number {
    return this.#dirty.size;
  }

  /** Whether the stored state of a key is out of date. */
  isPending(key: string): boolean {
    return this.#dirty.has(key);
  }

  /** What is stored of a key is out of date. */
  changed(key: string): void {
    this.#dirty.add(key);
    this.#schedule();
  }

  /** Everything went. */
  cleared(): void {
    this.#dirty.clear();
    this.#schedule();
  }

  /** Begins, with what was changed before. */
  start(): void {
    this.#isOn = true;
    this.#schedule();
  }

  /** Hands over what there is, and no more. Never rejects. */
  async stop(): Promise<void> {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#cancel();
    await this.#running;
    await this.#run();
    this.#cancel();
  }

  /** Resolves when the store has what is out of date now, at once if it fails. */
  settled(): Promise<void> {
    if (!this.#isOn || this.#retry !== undefined || this.#dirty.size === 0)
      return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #schedule(): void {
    if (!this.#isOn || this.#dirty.size === 0 || this.#running !== undefined) return;
    if (this.#retry !== undefined || this.#gathering !== undefined) return;
    const { clock, store } = this.#options;
    if (!store.gatherFor) {
      this.#start(new Promise((resolve) => setImmediate(resolve)));
      return;
    }
    this.#gathering = clock.after(store.gatherFor, () => {
      this.#gathering = undefined;
      this.#start(Promise.resolve());
    });
    // A program that comes to its end still hands over what it changed.
    (this.#gathering as { ref?: () => void }).ref?.();
  }

  #start(signal: Promise<void>): void {
    this.#running = signal
      .then(() => this.#run())
      .finally(() => {
        this.#running = undefined;
        this.#schedule();
      });
  }

  async #run(): Promise<void> {
    while (this.#dirty.size > 0) {
      if (this.#dirty.takeOverflow(this.#keys())) this.#mayHaveStrangers = true;
      const isCleared = this.#dirty.takeCleared();
      const keys = this.#dirty.take(BATCH);
      // Who waits may wait for a key of a later batch.
      const served = this.#dirty.size === 0 ? this.#takeWaiting() : [];
      try {
        if (isCleared) await this.#options.store.clear();
        await this.#options.store.write(keys.map((key) => this.#change(key)));
        if (this.#mayHaveStrangers && this.#dirty.size === 0) await this.#findStrangers();
        this.#health.worked();
      } catch (error) {
        if (isCleared) this.#dirty.giveBackCleared();
        for (const key of keys) this.#dirty.add(key);
        this.#health.failed(error);
        this.#tryAgain();
        tell([...served, ...this.#takeWaiting()]);
        return;
      }
      tell(served);
    }
  }

  /** After keys were not counted any more: what is stored and not in memory has to go. */
  async #findStrangers(): Promise<void> {
    for await (const { key } of this.#options.store.load()) {
      if (key.startsWith(this.#options.prefix) && this.#space.find(key) === -1)
        this.#dirty.add(key);
    }
    this.#mayHaveStrangers = false;
  }

  #change(key: string): StoreChange {
    const slot = this.#space.find(key);
    return { key, value: slot === -1 ? null : storedState(this.#space, slot) };
  }

  *#keys(): IterableIterator<string> {
    for (const key of this.#space.keys()) if (key.startsWith(this.#options.prefix)) yield key;
  }

  #takeWaiting(): (() => void)[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #tryAgain(): void {
    this.#retry = this.#options.clock.after(RETRY, () => {
      this.#retry = undefined;
      this.#schedule();
    });
  }

  #cancel(): void {
    for (const timer of [this.#gathering, this.#retry]) {
      if (timer !== undefined) this.#options.clock.clear(timer);
    }
    this.#gathering = undefined;
    this.#retry = undefined;
  }
}

function tell(waiting: readonly (() => void)[]): void {
  for (const resolve of waiting) resolve();
}
