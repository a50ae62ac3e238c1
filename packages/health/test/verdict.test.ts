import { CacheTimeoutError, CacheUnavailableError } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import {
  decide,
  type HealthState,
  holdFor,
  LONGEST_HOLD,
  type Outcome,
  RELAPSE_WINDOW,
  type Rules,
  relapsesAt,
  STARTING,
  verdictOf,
} from '../src/verdict.js';

const rules: Rules = { softFailureThreshold: 2, recoveryProbes: 3 };
const refused = new CacheUnavailableError('connect ECONNREFUSED');
const reset = new CacheUnavailableError('reset', { fate: 'unknown' });
const loading = new CacheUnavailableError('LOADING', { fate: 'refused' });
const timeout = new CacheTimeoutError('no reply within 500 ms');
const full = new CacheUnavailableError('OOM', { fate: 'refused', scope: 'writes' });

const failed = (error: CacheUnavailableError, at = 0): Outcome => ({ kind: 'failed', error, at });
const badProbe = (error: Error, at = 0): Outcome => ({ kind: 'bad-probe', error, at });
const goodProbe = (at = 0): Outcome => ({ kind: 'good-probe', at });
const REPLIED: Outcome = { kind: 'replied' };

const after = (state: HealthState, ...outcomes: Outcome[]) =>
  outcomes.reduce((current, outcome) => decide(current, outcome, rules), state);

const UP = after(STARTING, goodProbe());
const DOWN = after(UP, failed(refused));
const WRITES_DOWN = after(UP, failed(full));

describe('the beginning', () => {
  it('is down until a probe was seen', () => {
    expect(verdictOf(STARTING)).toBe('down');
    expect(after(STARTING, failed(refused), REPLIED)).toBe(STARTING);
  });

  it('is up after one good probe', () => {
    expect(UP).toEqual({ phase: 'up', since: -Infinity, timeouts: 0, relapses: 0 });
  });

  it('is down after one bad probe, even a time-out', () => {
    for (const error of [refused, timeout, new Error('anything')]) {
      expect(after(STARTING, badProbe(error))).toMatchObject({
        phase: 'down',
        scope: 'all',
        error,
        failedProbes: 1,
      });
    }
    expect(after(STARTING, badProbe(full))).toMatchObject({ phase: 'down', scope: 'writes' });
  });
});

describe('going down', () => {
  it.each([
    ['unsent', refused],
    ['reset', reset],
    ['declined', loading],
  ])('takes one command that was %s', (_, error) => {
    expect(after(UP, failed(error))).toMatchObject({ phase: 'down', scope: 'all', error });
  });

  it('takes one probe that failed hard', () => {
    expect(after(UP, badProbe(new Error('socket closed')))).toMatchObject({
      phase: 'down',
      failedProbes: 0,
    });
  });

  it('takes as many time-outs in a row as the threshold, of commands and probes together', () => {
    expect(verdictOf(after(UP, failed(timeout)))).toBe('up');
    expect(verdictOf(after(UP, failed(timeout), failed(timeout)))).toBe('down');
    expect(verdictOf(after(UP, failed(timeout), badProbe(timeout)))).toBe('down');
  });

  it('forgets time-outs at a reply or a good probe', () => {
    for (const good of [REPLIED, goodProbe(5)]) {
      const row = after(UP, failed(timeout), good, failed(timeout));
      expect(row).toMatchObject({ phase: 'up', timeouts: 1 });
    }
  });

  it('keeps the same state where an outcome says nothing new', () => {
    expect(after(UP, REPLIED)).toBe(UP);
    expect(after(UP, goodProbe(9))).toBe(UP);
    expect(after(UP, { kind: 'forced', at: 9 })).toBe(UP);
    expect(after(DOWN, failed(reset))).toBe(DOWN);
    expect(after(DOWN, REPLIED)).toBe(DOWN);
  });
});

describe('writes refused', () => {
  it('is down for writes only, with the error kept', () => {
    expect(WRITES_DOWN).toMatchObject({ phase: 'down', scope: 'writes', error: full });
    expect(after(WRITES_DOWN, failed(full))).toBe(WRITES_DOWN);
  });

  it('grows to everything at any failure of another kind', () => {
    for (const error of [refused, timeout]) {
      const grown = after(WRITES_DOWN, failed(error));
      expect(grown).toMatchObject({ phase: 'down', scope: 'all', error });
    }
    expect(after(WRITES_DOWN, badProbe(refused))).toMatchObject({ scope: 'all' });
  });

  it('never shrinks an outage of everything', () => {
    expect(after(DOWN, badProbe(full))).toMatchObject({ scope: 'all', error: full });
  });
});

describe('coming back', () => {
  it('takes several good probes in a row', () => {
    expect(after(DOWN, goodProbe(100), goodProbe(300))).toEqual({
      phase: 'recovering',
      scope: 'all',
      error: refused,
      failedProbes: 0,
      relapses: 0,
      since: 100,
      goodProbes: 2,
    });
    expect(after(DOWN, goodProbe(100), goodProbe(300), goodProbe(500))).toEqual({
      phase: 'up',
      since: 500,
      timeouts: 0,
      relapses: 0,
    });
  });

  it('begins again after a bad probe', () => {
    const state = after(DOWN, goodProbe(100), goodProbe(300), badProbe(refused, 500));
    expect(state).toMatchObject({ phase: 'down', failedProbes: 1 });
    expect(after(state, goodProbe(900))).toMatchObject({ phase: 'recovering', goodProbes: 1 });
  });

  it('can be forced', () => {
    expect(after(DOWN, { kind: 'forced', at: 7 })).toMatchObject({ phase: 'up', since: 7 });
    expect(after(STARTING, { kind: 'forced', at: 7 })).toMatchObject({ phase: 'up', relapses: 0 });
  });
});

describe('relapses', () => {
  const back = (state: HealthState, at: number) => after(state, { kind: 'forced', at });

  it('are counted when it goes down again soon after coming up, and not after the start', () => {
    expect(DOWN).toMatchObject({ relapses: 0 });
    const once = after(back(DOWN, 1000), failed(refused, 1000 + RELAPSE_WINDOW - 1));
    expect(once).toMatchObject({ relapses: 1 });
    const notOnce = after(back(DOWN, 1000), failed(refused, 1000 + RELAPSE_WINDOW));
    expect(notOnce).toMatchObject({ relapses: 0 });
  });

  it('make it prove itself longer, by at most ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1000].map(holdFor)).toEqual([
      0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000,
    ]);
    const relapsed = after(back(DOWN, 1000), failed(refused, 1500));
    const probes = (end: number) =>
      Array.from({ length: 5 }, (_, index) => goodProbe(end - 1000 + index * 250));
    expect(verdictOf(after(relapsed, ...probes(3000).slice(0, 4)))).toBe('down');
    expect(verdictOf(after(relapsed, ...probes(3000)))).toBe('up');
    expect(LONGEST_HOLD).toBe(10_000);
  });

  it('are forgiven one by one while it stays up', () => {
    let state: HealthState = DOWN;
    for (let at = 0; at < 3; at++) state = after(back(state, at), failed(refused, at));
    expect(relapsesAt(state, 1e9)).toBe(3);
    const up = back(state, 0);
    const seen = [0, 1, 2, 3, 4].map((windows) => relapsesAt(up, windows * RELAPSE_WINDOW));
    expect(seen).toEqual([3, 2, 1, 0, 0]);
    expect(after(up, failed(refused, RELAPSE_WINDOW))).toMatchObject({ relapses: 2 });
    expect(relapsesAt(STARTING, 0)).toBe(0);
  });
});
