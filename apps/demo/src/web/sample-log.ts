import type { Feed } from './feed.js';
import type { Sample } from './protocol.js';

/**
 * Hands samples to the feed. Of a run that are all alike only the first two are told, and the last one once it is over: when nothing
 * happens, nothing is sent.
 */
export class SampleLog {
  readonly #feed: Feed;
  #last: Sample | undefined;
  #repeats = 0;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  add(sample: Sample): void {
    const last = this.#last;
    this.#last = sample;
    if (last === undefined || !alike(last, sample)) {
      // Those who look on have not seen where the run ended.
      if (last !== undefined && this.#repeats > 1) this.#feed.append('samples', last);
      this.#repeats = 0;
      this.#feed.append('samples', sample);
    } else if (++this.#repeats === 1) this.#feed.append('samples', sample);
    else this.#feed.amend('samples', sample);
  }
}

function alike(one: Sample, other: Sample): boolean {
  return (
    one.ops === other.ops &&
    one.median === other.median &&
    one.p99 === other.p99 &&
    one.hitRatio === other.hitRatio &&
    one.pending === other.pending &&
    one.progress === other.progress
  );
}
