import type { Clock, Timer } from '@cachefb/core';

interface Pending {
  readonly due: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it. Timers fire in the order in which they are due. */
export class FakeClock implements Clock {
  #now: number;
  readonly #pending = new Set<Pending>();

  /** @param start - the first reading, epoch milliseconds. */
  constructor(start = 1_000_000_000_000) {
    this.#now = start;
  }

  /** Epoch milliseconds, as far as time was moved. */
  now(): number {
    return this.#now;
  }

  /** Calls `callback` when time was moved on by `ms` milliseconds. */
  after(ms: number, callback: () => void): Timer {
    const timer: Pending = { due: this.#now + Math.max(0, ms), callback };
    this.#pending.add(timer);
    return timer;
  }

  /** Takes back {@link FakeClock.after}. */
  clear(timer: Timer): void {
    this.#pending.delete(timer as Pending);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#pending.size;
  }

  /** When the next timer is due, epoch milliseconds; `undefined` if none waits. */
  get nextDue(): number | undefined {
    return this.#next()?.due;
  }

  /** Moves time on at once; every timer that falls due fires on its instant. For code without promises. */
  tick(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(); timer && timer.due <= end; timer = this.#next()) {
      this.#fire(timer);
    }
    this.#now = Math.max(this.#now, end);
  }

  /** As {@link FakeClock.tick}, and lets promises and `setImmediate` run before and after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (let timer = this.#next(); timer && timer.due <= end; timer = this.#next()) {
      this.#fire(timer);
      await turn();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Moves time on while nothing runs, as synchronous work does: what falls due is left for the next move, and late. */
  stall(ms: number): void {
    this.#now += ms;
  }

  #fire(timer: Pending): void {
    this.#pending.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
  }

  #next(): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.#pending) {
      if (first === undefined || timer.due < first.due) first = timer;
    }
    return first;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
