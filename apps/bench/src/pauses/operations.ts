import { percentile } from '../harness/statistics.js';
import { Collections } from './collections.js';
import { ProcessorWait } from './processor-wait.js';
import type { Timings } from './recurring.js';

/** Longer ones, milliseconds, are told one by one. */
const LONG = 0.25;
/** Operations after which it is looked how long the thread had to wait for a processor. */
const LOOK = 4096;

/** Times single operations. Time in which other processes had the processor does not count. */
export class Operations {
  readonly #collections = new Collections();

  /** Times an operation `count` times. */
  async each(name: string, count: number, operation: (i: number) => void): Promise<Timings> {
    const spans = new Spans();
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      operation(i);
      spans.add(i, start, performance.now());
    }
    return spans.timings(name, await this.#collections.settled());
  }

  /** Times the turns of the event loop until nothing is `left`, whose fall tells in each round how far the work has come. */
  async turns(name: string, left: () => number): Promise<Timings> {
    const spans = new Spans();
    for (let index = left(); index > 0; index = left()) {
      const start = performance.now();
      await new Promise((resolve) => setImmediate(resolve));
      spans.add(index, start, performance.now());
    }
    return spans.timings(name, await this.#collections.settled());
  }
}

class Spans {
  readonly #waits = new ProcessorWait();
  readonly #short: number[] = [];
  readonly #long: { index: number; ms: number; start: number; end: number }[] = [];

  add(index: number, start: number, end: number): void {
    const ms = end - start;
    if (ms <= LONG) {
      if (this.#short.push(ms) % LOOK === 0) this.#waits.since();
      return;
    }
    this.#long.push({ index, ms: Math.max(0, ms - this.#waits.since()), start, end });
  }

  timings(name: string, collected: (start: number, end: number) => boolean): Timings {
    const long = this.#long.map(({ index, ms, start, end }) => ({
      index,
      ms,
      collected: collected(start, end),
    }));
    const alone = long.filter((operation) => !operation.collected).map(({ ms }) => ms);
    return { name, p9999: percentile([...this.#short, ...alone], 0.9999), long };
  }
}
