import type { SyncStats } from '@cachefb/core';
import type { CallFigures } from '../measure/calls.js';
import type { Latencies } from './latencies.js';
import type { Sample } from './protocol.js';

/** Where the figures of a sample come from. */
export interface SamplerSources {
  readonly calls: () => CallFigures;
  readonly sync: () => SyncStats;
  readonly latencies: Latencies;
  /** How far a sync was at most since it was last asked, 0 to 1; `null` if there was none. */
  readonly takeProgress: () => number | null;
  readonly now: () => number;
}

/** Turns counts that only grow into figures of the time since the last sample. */
export class Sampler {
  readonly #sources: SamplerSources;
  #at: number;
  #before: CallFigures;

  constructor(sources: SamplerSources) {
    this.#sources = sources;
    this.#at = sources.now();
    this.#before = sources.calls();
  }

  /** The figures since the last call. */
  sample(): Sample {
    const { calls, sync, latencies, takeProgress, now } = this.#sources;
    const [at, figures, before] = [now(), calls(), this.#before];
    const elapsed = Math.max(1, at - this.#at);
    const hits = figures.hits - before.hits;
    const reads = hits + figures.misses - before.misses;
    this.#at = at;
    this.#before = figures;
    return {
      at: Math.round(at),
      ops: Math.round(((figures.made - before.made) * 1000) / elapsed),
      ...latencies.take(),
      hitRatio: reads === 0 ? null : Math.round((hits / reads) * 1000) / 1000,
      pending: sync().pending,
      progress: takeProgress(),
    };
  }
}
