import type { Clock, Timer } from '@cachefb/core';

/** Milliseconds between two steps of one sweep: time for others to run. */
const PAUSE = 1;

/** What a {@link Sweeper} sweeps. */
export interface Sweepable {
  /** Does one short step from `from` on; answers where to go on, `-1` when the sweep is through. */
  step(from: number): number;
}

/**
 * Begins a sweep at every interval and does it in short steps. It holds what it sweeps weakly, so that a cache that
 * nobody uses any more goes, timers and all.
 */
export class Sweeper {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #target: WeakRef<Sweepable>;
  #timer: Timer | undefined;

  /** @param interval - milliseconds from one sweep to the next; 0 for no sweeps. */
  constructor(clock: Clock, interval: number, target: Sweepable) {
    this.#clock = clock;
    this.#interval = interval;
    this.#target = new WeakRef(target);
  }

  /** Idempotent. */
  start(): void {
    if (this.#interval > 0 && this.#timer === undefined) this.#wait(this.#interval, 0);
  }

  /** Idempotent. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number, from: number): void {
    this.#timer = this.#clock.after(ms, () => this.#step(from));
  }

  #step(from: number): void {
    const next = this.#target.deref()?.step(from);
    if (next === undefined) return;
    if (next === -1) this.#wait(this.#interval, 0);
    else this.#wait(PAUSE, next);
  }
}
