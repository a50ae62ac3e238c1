import type { Command, CommandName, Reply } from '@cachefb/core';
import { RecordingCache } from '@cachefb/testkit';
import { EventLoopLag } from '../harness/event-loop-lag.js';

/** A cache that records, and knows the longest that a command took: what the process itself stood still is not counted. */
export class TimedCache extends RecordingCache {
  readonly lag = new EventLoopLag();
  /** Milliseconds. */
  slowest = 0;

  override async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    const start = performance.now();
    const lagged = this.lag.total;
    try {
      return await super.execute(command);
    } finally {
      const took = performance.now() - start - (this.lag.total - lagged);
      this.slowest = Math.max(this.slowest, took);
    }
  }
}
