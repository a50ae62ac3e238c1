import type { Clock, Timer } from '../clock.js';
import type { CriticalStore } from '../critical-store.js';
import { changesOf } from '../draft/draft.js';
import { DraftWriter } from '../draft/draft-writer.js';
import { type Dirty, DirtyKeys } from './dirty-keys.js';
import type { StoreHealth } from './store-health.js';

/** Keys handed over in one batch: a few milliseconds' worth. */
const BATCH = 2048;
/** Milliseconds until what failed is tried again. */
const RETRY = 1000;

/** What a {@link StoreWriter} needs; `Item` is what it may be told of instead of a key. */
export interface StoreWriterOptions<Item extends object = never> {
  readonly store: CriticalStore;
  readonly clock: Clock;
  /** Told whether the store works. */
  readonly health: StoreHealth;
  /** Writes what the store is to hold of these keys now. */
  readonly encode: (keys: readonly (string | Item)[], to: DraftWriter) => void | Promise<void>;
  /** The key that an item stands for; needed where there are items. */
  readonly keyOf?: ((item: Item) => string) | undefined;
  /** All keys of which there is something to hold. */
  readonly keys: () => Iterable<string>;
  /** Whether a key of the store is one of this writer's of which there is nothing to hold any more. */
  readonly isStranger: (key: string) => boolean;
}

/**
 * Keeps a store in line with what its user holds. A changed key is only remembered; what it holds is encoded at the end
 * of the turn, or of the time for which the store lets changes be gathered, however often it changed. What the store
 * fails at is tried again.
 */
export class StoreWriter<Item extends object = never> {
  readonly #options: StoreWriterOptions<Item>;
  readonly #dirty: DirtyKeys<Item>;
  #draft = new DraftWriter();
  #waiting: (() => void)[] = [];
  /** Those who wait for the batch that is being handed over; there is none if `undefined`. */
  #served: (() => void)[] | undefined;
  /** How many changes are taken and not stored yet. */
  #underWay = 0;
  #running: Promise<void> | undefined;
  #gathering: Timer | undefined;
  #retry: Timer | undefined;
  #isOn = false;
  /** Whether the store may hold keys that are held no more, and that nobody told of. */
  #mayHaveStrangers = false;
  #searching: Promise<void> | undefined;

  constructor(options: StoreWriterOptions<Item>) {
    this.#options = options;
    this.#dirty = new DirtyKeys(options.keyOf ?? String);
  }

  /** Keys whose stored state is out of date, those included that the store is just given; `Infinity` for more than are counted. */
  get pending(): number {
    return this.#dirty.size + this.#underWay;
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

  /**
   * As {@link StoreWriter.changed}, of a key that this can hardly have been told of since it last asked what the key holds:
   * costs next to nothing. An item in its place is handed to `encode` as it is, unless its key has to be looked up.
   */
  changedFirst(key: string | Item): void {
    this.#dirty.addNew(key);
    this.#schedule();
  }

  /** Everything went. A key that is changed right after that is written in the same transaction. */
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
    do {
      await this.#run();
      await this.#searching;
    } while (this.#retry === undefined && (!this.#dirty.isEmpty || this.#searching !== undefined));
    this.#cancel();
  }

  /** Resolves when the store has what is out of date now, at once if it fails. */
  settled(): Promise<void> {
    const waiting = !this.#dirty.isEmpty ? this.#waiting : this.#served;
    if (!this.#isOn || this.#retry !== undefined || waiting === undefined) {
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  #schedule(): void {
    if (!this.#isOn || this.#dirty.isEmpty || this.#running !== undefined) return;
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
    const { health, keys } = this.#options;
    while (!this.#dirty.isEmpty) {
      if (this.#dirty.takeOverflow(keys())) this.#mayHaveStrangers = true;
      const all = this.#dirty.take();
      const served = this.#takeWaiting();
      this.#served = served;
      let from = 0;
      try {
        for (let next = 0; next === 0 || next < all.keys.length; next += BATCH) {
          from = next;
          this.#underWay = Math.max(1, all.keys.length - from);
          await this.#hand(all.keys.slice(from, from + BATCH), all.cleared && from === 0);
        }
        this.#underWay = 0;
        health.worked();
        if (this.#mayHaveStrangers) this.#search();
      } catch (error) {
        this.#underWay = 0;
        this.#dirty.giveBack({ cleared: all.cleared && from === 0, keys: all.keys.slice(from) });
        health.failed(error);
        this.#tryAgain();
        this.#served = undefined;
        tell([...served, ...this.#takeWaiting()]);
        return;
      }
      this.#served = undefined;
      tell(served);
    }
  }

  async #hand(keys: readonly Dirty<Item>[], cleared: boolean): Promise<void> {
    const { store, encode } = this.#options;
    const writer = this.#draft;
    try {
      await encode(keys, writer);
    } catch (error) {
      this.#draft = new DraftWriter();
      throw error;
    }
    const draft = writer.take();
    if (store.writeDraft) return store.writeDraft(draft, cleared);
    const changes = changesOf(draft);
    return cleared ? store.clear(changes) : store.write(changes);
  }

  /**
   * After keys were not counted any more: what is stored and not held has to go. That is a look at all that is stored;
   * changes do not wait for it.
   */
  #search(): void {
    // One that is under way may have passed by what has become one.
    if (this.#searching !== undefined) return;
    this.#mayHaveStrangers = false;
    this.#searching = this.#findStrangers()
      .catch((error: unknown) => {
        this.#mayHaveStrangers = true;
        this.#options.health.failed(error);
        this.#tryAgain();
      })
      .finally(() => {
        this.#searching = undefined;
        if (this.#mayHaveStrangers && this.#retry === undefined) this.#search();
        this.#schedule();
      });
  }

  async #findStrangers(): Promise<void> {
    const { store, isStranger } = this.#options;
    for await (const { key } of store.load()) {
      if (!isStranger(key)) continue;
      this.#dirty.add(key);
      this.#schedule();
    }
  }

  #takeWaiting(): (() => void)[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #tryAgain(): void {
    this.#retry ??= this.#options.clock.after(RETRY, () => {
      this.#retry = undefined;
      if (this.#mayHaveStrangers && this.#dirty.isEmpty) this.#search();
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
