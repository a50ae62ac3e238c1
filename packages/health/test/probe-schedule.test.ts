import { CacheUnavailableError } from '@cachefb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKOFF_LIMIT, BACKOFF_START, nextProbeIn, SPACING } from '../src/probe-schedule.js';
import { type HealthState, STARTING } from '../src/verdict.js';

const outage = {
  scope: 'all',
  error: new CacheUnavailableError('away'),
  relapses: 0,
} as const;
const down = (failedProbes: number): HealthState => ({ phase: 'down', ...outage, failedProbes });
const recovering: HealthState = {
  phase: 'recovering',
  ...outage,
  failedProbes: 40,
  since: 0,
  goodProbes: 1,
};
const up = (timeouts: number): HealthState => ({ phase: 'up', since: 0, timeouts, relapses: 0 });
const never = () => 0;

const interval = fc.integer({ min: 1, max: 3_600_000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the schedule of probes', () => {
  it('asks at once at the start', () => {
    expect(nextProbeIn(STARTING, 30_000, never)).toBe(0);
  });

  it('asks every healthCheckInterval while well, and soon in doubt', () => {
    fc.assert(
      fc.property(interval, chance, (ms, random) => {
        expect(nextProbeIn(up(0), ms, () => random)).toBe(ms);
        expect(nextProbeIn(up(1), ms, () => random)).toBe(Math.min(SPACING, ms));
      }),
    );
  });

  it('stays between its first delay and five seconds while down, whatever chance says', () => {
    fc.assert(
      fc.property(interval, fc.nat(100_000), chance, (ms, failedProbes, random) => {
        const delay = nextProbeIn(down(failedProbes), ms, () => random);
        expect(delay).toBeGreaterThanOrEqual(Math.min(ms, BACKOFF_START));
        expect(delay).toBeLessThanOrEqual(BACKOFF_LIMIT);
      }),
    );
  });

  it('backs off, never the other way', () => {
    fc.assert(
      fc.property(interval, fc.nat(50), chance, (ms, failedProbes, random) => {
        const [sooner, later] = [failedProbes, failedProbes + 1].map((failures) =>
          nextProbeIn(down(failures), ms, () => random),
        );
        expect(later).toBeGreaterThanOrEqual(sooner as number);
      }),
    );
  });

  it('is spread by jitter', () => {
    expect(nextProbeIn(down(0), 30_000, never)).toBe(500);
    expect(nextProbeIn(down(0), 30_000, () => 0.5)).toBe(562.5);
    expect(nextProbeIn(down(99), 30_000, never)).toBe(4000);
    expect(nextProbeIn(down(99), 30_000, () => 0.5)).toBe(4500);
  });

  it('waits in vain at most half of the outage and its first delay', () => {
    let waited = 0;
    for (let failures = 0; failures < 30; failures++) {
      const delay = nextProbeIn(down(failures), 30_000, never);
      expect(delay).toBeLessThanOrEqual(waited / 2 + 501);
      waited += delay;
    }
  });

  it('follows a good sign quickly, however long the back-off was', () => {
    expect(nextProbeIn(recovering, 30_000, never)).toBe(200);
    expect(nextProbeIn(recovering, 30_000, () => 0.999)).toBeLessThan(250);
  });
});
