import type { CallRecord } from '../audit/calls.js';
import type { Calls } from '../measure/calls.js';

/** The calls since the last comparison: what was wrong before has been told. */
export class CallLap {
  readonly #calls: Calls;
  #made = 0;
  #failed = 0;
  #hits = 0;
  #misses = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  get figures(): CallRecord {
    const { made, failed, hits, misses } = this.#calls.total;
    return {
      total: {
        made: made - this.#made,
        failed: failed - this.#failed,
        hits: hits - this.#hits,
        misses: misses - this.#misses,
        slowest: this.#calls.slowestOfLap,
      },
      firstError: this.#calls.firstError,
    };
  }

  /** Begins a new lap. */
  restart(): void {
    const { made, failed, hits, misses } = this.#calls.total;
    [this.#made, this.#failed, this.#hits, this.#misses] = [made, failed, hits, misses];
    this.#calls.firstError = undefined;
    this.#calls.startLap();
  }
}
