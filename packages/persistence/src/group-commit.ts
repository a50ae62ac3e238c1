import type { Clock, StoreChange, Timer } from '@cachefb/core';
import type { Batch } from './database.js';

/** What a {@link GroupCommit} needs. */
export interface GroupCommitOptions {
  /** Makes a batch of changes, all or nothing. Never called again before it has settled. */
  readonly commit: (batch: Batch) => Promise<void>;
  /** Milliseconds for which a change may wait for others; `undefined`: each is acknowledged when it is committed. */
  readonly delay: number | undefined;
  readonly clock: Clock;
  /** Told once when commits begin to fail, and with `undefined` when they work again. */
  readonly onHealth: (error: unknown) => void;
}

interface Waiting {
  readonly clear: boolean;
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Changes that wait do so no longer once there are this many: a commit should not take long on the main thread. */
const FULL = 16_384;
/** Milliseconds after which what was acknowledged is tried again. */
const RETRY = 1000;

/**
 * Gathers changes into few transactions, one at a time.
 *
 * With a delay, changes are acknowledged at once and committed together a little later. When that fails they are kept
 * and tried again, and until it works nothing more is acknowledged at once, so that no more than this can pile up.
 * Without a delay, changes that come while a commit is under way share the next one, and fail with it.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #clear = false;
  #acknowledged = new Map<string, Uint8Array | null>();
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

  /** Takes changes, after everything else is deleted if `clear`. */
  write(changes: readonly StoreChange[], clear = false): Promise<void> {
    if (this.#options.delay !== undefined && !this.#failing) {
      this.#acknowledge(clear, changes);
      if (this.#acknowledged.size >= FULL) this.#run();
      else if (this.#running === undefined) this.#commitIn(this.#options.delay);
      return Promise.resolve();
    }
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

  #acknowledge(clear: boolean, changes: readonly StoreChange[]): void {
    if (clear) {
      this.#clear = true;
      this.#acknowledged.clear();
    }
    for (const { key, value } of changes) this.#acknowledged.set(key, value);
  }

  #commitIn(ms: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      this.#run();
    });
    // A program that comes to its end still gets its last changes onto the disk, if the disk takes them.
    if (!this.#failing) (this.#timer as { ref?: () => void }).ref?.();
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
      else if (this.pending > 0)
        this.#commitIn(this.#failing ? RETRY : (this.#options.delay ?? RETRY));
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
    const waiting = this.#waiting;
    this.#clear = false;
    this.#acknowledged = new Map();
    this.#waiting = [];
    try {
      await this.#options.commit(merged(acknowledged, waiting));
    } catch (error) {
      this.#takeBack(acknowledged);
      if (!this.#failing) this.#options.onHealth(error);
      this.#failing = true;
      for (const { reject } of waiting) reject(error);
      throw error;
    }
    if (this.#failing) this.#options.onHealth(undefined);
    this.#failing = false;
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
