import { PerformanceObserver } from 'node:perf_hooks';

/** When the garbage collector ran. */
export class Collections {
  #entries: { start: number; end: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      this.#entries.push({ start: startTime, end: startTime + duration });
    }
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Whether a collection fell into a span of time, of those seen since the last question. */
  async settled(): Promise<(start: number, end: number) => boolean> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const entries = this.#entries;
    this.#entries = [];
    return (start, end) => entries.some((entry) => entry.start < end && entry.end > start);
  }
}
