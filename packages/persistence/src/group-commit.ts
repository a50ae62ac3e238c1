import type { Clock, StoreChange, Timer } from '@cachefb/core';
import type { Batch } from './database.js';

/** What a {@link GroupCommit} needs. */
export interface GroupCommitOptions {
  /** Makes a batch of changes, all or nothing. Never called again before it has settled. */
  readonly commit: (batch: Batch) => Promise<void>;
  /** Milliseconds for which what is acknowledged may wait for more. */
  readonly delay: number;
  readonly clock: Clock;
  /** Told once when commits begin to fail, and with `undefined` when they work again. */
  readonly onHealth: (error: unknown) => void;
  /** Told how many more of those that were acknowledged are committed. */
  readonly onCommitted: (batches: number) => void;
}

interface Waiting {
  readonly clear: boolean;
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Changes that wait do so no longer once there are this many. */
const FULL = 16_384;
/** Milliseconds after which what was acknowledged is tried again. */
const RETRY = 1000;

/**
 * Gathers changes into few transactions, one at a time.
 *
 * Changes that are acknowledged already are committed together a little later; when that fails they are kept and tried
 * again. Changes that wait for their commit are committed at once; those that come while a commit is under way share
 * the next one, and fail with it.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #clear = false;
  #acknowledged = new Map<string, Uint8Array | null>();
  #batches = 0;
  /** When the oldest of them came, epoch milliseconds. */
  #oldest = 0;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #failing = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Changes that are acknowledged and not committed yet. */
  get pending(): number {
    return this.#acknowledged.size + (this.#clear ? 1 : 0);
  }

  /** Takes over changes that are acknowledged, after everything else is deleted if `clear`. */
  acknowledge(changes: readonly StoreChange[], clear = false): void {
    if (clear) {
      this.#clear = true;
      this.#acknowledged.clear();
    }
    for (const { key, value } of changes) this.#acknowledged.set(key, value);
    if (this.#batches++ === 0) this.#oldest = this.#options.clock.now();
    if (this.#acknowledged.size >= FULL) this.#run();
    else if (this.#running === undefined) this.#commitIn(this.#options.delay);
  }

  /** Resolves when changes are committed, after everything else is deleted if `clear`. */
  write(changes: readonly StoreChange[], clear = false): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ clear, changes, resolve, reject });
      this.#run();
    });
  }

  /** Commits everything now; rejects if what was acknowledged cannot be committed. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.pending > 0) await this.#alone(this.#commit());
  }

  /** Ends the timer. What is acknowledged is not committed any more. */
  stop(): void {
    if (this.#timer !== undefined) this.#options.clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #commitIn(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      this.#run();
    });
  }

  /** What has waited for the commit before it does not wait as long again. */
  #timeLeft(): number {
    const { clock, delay } = this.#options;
    return Math.max(0, this.#oldest + delay - clock.now());
  }

  /** Commits until nothing waits. */
  #run(): void {
    if (this.#running === undefined) void this.#alone(this.#loop());
  }

  /** Nothing else is committed until this is done. */
  #alone(work: Promise<void>): Promise<void> {
    const done = () => {
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#run();
      else if (this.pending > 0) this.#commitIn(this.#failing ? RETRY : this.#timeLeft());
    };
    this.#running = work.then(done, done);
    return work;
  }

  async #loop(): Promise<void> {
    // Who writes in the same turn shares the commit.
    await new Promise<void>((resolve) => setImmediate(resolve));
    do {
      try {
        await this.#commit();
      } catch {
        return; // Told to whoever waited, and to onHealth.
      }
    } while (this.#waiting.length > 0 || this.#acknowledged.size >= FULL);
  }

  async #commit(): Promise<void> {
    this.stop();
    const acknowledged = { clear: this.#clear, changes: this.#acknowledged };
    const batches = this.#batches;
    const waiting = this.#waiting;
    this.#clear = false;
    this.#acknowledged = new Map();
    this.#batches = 0;
    this.#waiting = [];
    try {
      await this.#options.commit(merged(acknowledged, waiting));
    } catch (error) {
      this.#takeBack(acknowledged);
      this.#batches += batches;
      if (!this.#failing) this.#options.onHealth(error);
      this.#failing = true;
      for (const { reject } of waiting) reject(error);
      throw error;
    }
    if (this.#failing) this.#options.onHealth(undefined);
    this.#failing = false;
    if (batches > 0) this.#options.onCommitted(batches);
    for (const { resolve } of waiting) resolve();
  }

  /** What was acknowledged meanwhile is newer. */
  #takeBack({ clear, changes }: Batch): void {
    if (this.#clear) return;
    this.#clear = clear;
    for (const [key, value] of changes) {
      if (!this.#acknowledged.has(key)) this.#acknowledged.set(key, value);
    }
  }
}

function merged(acknowledged: Batch, waiting: readonly Waiting[]): Batch {
  if (waiting.length === 0) return acknowledged;
  let { clear } = acknowledged;
  const changes = new Map(acknowledged.changes);
  for (const one of waiting) {
    if (one.clear) {
      clear = true;
      changes.clear();
    }
    for (const { key, value } of one.changes) changes.set(key, value);
  }
  return { clear, changes };
}
