import { createHistogram } from 'node:perf_hooks';

const NANOSECONDS = 1e6;

/** How long calls took since they were last asked for: a histogram, so that its size has nothing to do with their number. */
export class Latencies {
  readonly #histogram = createHistogram({ lowest: 1, highest: 60_000 * NANOSECONDS, figures: 2 });

  /** @param took - milliseconds. */
  add(took: number): void {
    this.#histogram.record(Math.max(1, Math.round(took * NANOSECONDS)));
  }

  /** Milliseconds since the last time, `null` without any call; begins anew. */
  take(): { readonly median: number | null; readonly p99: number | null } {
    const histogram = this.#histogram;
    if (histogram.count === 0) return { median: null, p99: null };
    const median = histogram.percentile(50) / NANOSECONDS;
    const p99 = histogram.percentile(99) / NANOSECONDS;
    histogram.reset();
    return { median: rounded(median), p99: rounded(p99) };
  }
}

/** To a microsecond: more is noise, and has to travel. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
