import { describe, expect, it } from 'vitest';
import { Feed } from '../../src/web/feed.js';
import { LIMITS } from '../../src/web/protocol.js';
import { backoff } from '../../web/src/backoff.js';
import { type Part, Store } from '../../web/src/store.js';
import { niceMax } from '../../web/src/timeline/nice-max.js';
import { segmentsOf } from '../../web/src/timeline/segments.js';
import { latency, remaining } from '../../web/src/words.js';
import { lineAt, sampleAt } from './samples.js';

describe('what the page keeps', () => {
  it('is bounded after an hour, and the columns stay of one length', () => {
    const store = new Store(() => {});
    for (let turn = 0; turn < 7200; turn++) {
      store.apply({ kind: 'append', list: 'samples', item: sampleAt(turn, { ops: turn }) }, 0);
      store.apply({ kind: 'append', list: 'log', item: lineAt(turn) }, 0);
      store.apply({ kind: 'append', list: 'bands', item: { from: turn, mode: 'memory' } }, 0);
      store.apply(
        {
          kind: 'append',
          list: 'reports',
          item: { at: turn, downtime: 1, ambiguous: 0, rows: [] },
        },
        0,
      );
    }
    for (const column of Object.values(store.columns)) expect(column).toHaveLength(LIMITS.samples);
    expect(store.columns.ops.at(-1)).toBe(7199);
    expect(store.latest).toBe(sampleAt(7199).at);
    expect(store.log).toHaveLength(LIMITS.log);
    expect(store.bands).toHaveLength(LIMITS.bands);
    expect(store.reports).toHaveLength(LIMITS.reports);
  });

  it('is replaced by a snapshot, as after a lost connection', () => {
    const parts: Part[] = [];
    const store = new Store((part) => parts.push(part));
    for (let turn = 0; turn < 10; turn++) {
      store.apply({ kind: 'append', list: 'samples', item: sampleAt(turn) }, 0);
    }
    const { ops } = store.columns;
    const feed = new Feed(() => 5000);
    feed.append('samples', sampleAt(20, { ops: 7 }));
    feed.append('log', lineAt(20));
    store.apply(feed.snapshot(), 4000);
    expect(store.columns.ops).toEqual([7]);
    expect(store.log).toEqual([lineAt(20)]);
    expect(store.offset).toBe(1000);
    expect(parts.at(-1)).toBe('everything');
    expect(ops).toHaveLength(10);
  });

  it('says what has changed, and nothing else', () => {
    const parts: Part[] = [];
    const store = new Store((part) => parts.push(part));
    store.apply({ kind: 'replace', name: 'keys', value: [] }, 0);
    store.apply({ kind: 'append', list: 'log', item: lineAt(1) }, 0);
    expect(parts).toEqual(['keys', 'log']);
  });
});

describe('the wait before the next attempt to connect', () => {
  it('grows, and ends somewhere', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 50].map((failures) => backoff(failures, 1));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('is not the same for all pages, and never nothing', () => {
    expect(backoff(3, 0)).toBe(2000);
    expect(backoff(3, 0.5)).toBe(3000);
  });
});

describe('the timeline', () => {
  const bands = [
    { from: 100, mode: 'redis' },
    { from: 200, mode: 'memory' },
    { from: 300, mode: 'redis' },
  ] as const;

  it('shows the stretches that a window has of each band', () => {
    expect(segmentsOf(bands, 0, 250)).toEqual([
      { mode: 'redis', from: 100, to: 200 },
      { mode: 'memory', from: 200, to: 250 },
    ]);
    expect(segmentsOf(bands, 220, 400)).toEqual([
      { mode: 'memory', from: 220, to: 300 },
      { mode: 'redis', from: 300, to: 400 },
    ]);
    expect(segmentsOf([], 0, 100)).toEqual([]);
  });

  it.each([
    [0, 100],
    [96, 200],
    [1000, 2000],
    [1900, 2000],
    [1950, 4000],
    [123_456, 200_000],
  ])('has room for %d below %d', (value, most) => {
    expect(niceMax(value, 100)).toBe(most);
  });
});

describe('words', () => {
  it('tell latencies in about as many digits', () => {
    const words = [null, 0.2, 8.44, 312.4, 1100].map(latency);
    expect(words).toEqual(['–', '0.20 ms', '8.4 ms', '312 ms', '1.1 s']);
  });

  it('tell what is left of a TTL', () => {
    const words = [-5, 60_000, 599_000, 86_000_000].map(remaining);
    expect(words).toEqual(['0 s', '60 s', '9 min 59 s', '24 h']);
  });
});
