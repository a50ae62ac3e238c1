import type { Clock } from '@cachefb/core';
import { NOTHING, type Value } from './entry.js';
import type { Slots } from './slots.js';

/** Slots emptied in one step. */
const STEP = 1 << 14;
/** Milliseconds between two steps: time for others to run. */
const PAUSE = 1;

/**
 * What is left in the arrays of keys and values when all slots are given back at once. It is emptied step by step: a
 * million entries take longer than one command may block all others.
 */
export class Leftovers {
  readonly #keys: string[];
  readonly #values: Value[];
  readonly #slots: Slots;
  readonly #clock: Pick<Clock, 'after'>;
  /** Past the last slot that is left; those below the end of `slots` are in use again. */
  #end = 0;
  #waits = false;

  constructor(keys: string[], values: Value[], slots: Slots, clock: Pick<Clock, 'after'>) {
    this.#keys = keys;
    this.#values = values;
    this.#slots = slots;
    this.#clock = clock;
  }

  /** All slots below `end` were given back: few are emptied now, many later. */
  empty(end: number): void {
    this.#end = Math.max(this.#end, end);
    if (this.#end - this.#slots.end <= STEP) this.#step();
    else this.#wait();
  }

  #step(): void {
    const from = Math.max(this.#slots.end, this.#end - STEP);
    if (from < this.#end) {
      this.#keys.fill(NOTHING, from, this.#end);
      this.#values.fill(NOTHING, from, this.#end);
    }
    this.#end = from;
    if (from > this.#slots.end) this.#wait();
  }

  #wait(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#clock.after(PAUSE, () => {
      this.#waits = false;
      this.#step();
    });
  }
}
