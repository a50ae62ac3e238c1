import { EventLoopLag } from '../harness/event-loop-lag.js';

/** Counts and times calls. */
export class Tally {
  readonly lag = new EventLoopLag();
  /** Messages of the errors that no caller should have met, and how often each occurred. */
  readonly rejected = new Map<string, number>();
  /** What was answered against a promise. */
  readonly broken: string[] = [];
  calls = 0;
  /** The longest that a call took, less what this process's event loop stood still, milliseconds. */
  slowest = 0;
  slowestCall = '';

  /** Times a call. Answers what it answers, or `undefined` if it rejects. */
  async time<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
    const start = performance.now();
    const lagged = this.lag.total;
    try {
      return await call();
    } catch (error) {
      const message = `${name}: ${error instanceof Error ? error.message : String(error)}`;
      this.rejected.set(message, (this.rejected.get(message) ?? 0) + 1);
      return undefined;
    } finally {
      this.calls++;
      const took = performance.now() - start - (this.lag.total - lagged);
      if (took > this.slowest) {
        this.slowest = took;
        this.slowestCall = name;
      }
    }
  }
}
