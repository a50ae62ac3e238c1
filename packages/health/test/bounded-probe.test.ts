import { CacheTimeoutError } from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { boundedProbe, type Finding } from '../src/bounded-probe.js';
import { Answers } from './answers.js';

function setUp() {
  const clock = new FakeClock();
  const answers = new Answers();
  const findings: Finding[] = [];
  const giveUp = boundedProbe(answers.ask, 1000, clock, (finding) => findings.push(finding));
  return { clock, answers, findings, giveUp };
}

describe('a bounded probe', () => {
  it('tells the answer and how long it took', async () => {
    const { clock, answers, findings } = setUp();
    await clock.advance(30);
    answers.say({ writable: true });
    await clock.advance(0);
    expect(findings).toEqual([{ ok: true, status: { writable: true }, responseTime: 30 }]);
    expect(clock.pending).toBe(0);
  });

  it('tells a failure, also one that is thrown or no error', async () => {
    const { clock, answers, findings } = setUp();
    answers.fail(new Error('refused'));
    await clock.advance(0);
    expect(findings).toMatchObject([{ ok: false, error: { message: 'refused' } }]);

    const thrower = () => {
      throw new Error('not even asked');
    };
    boundedProbe(thrower, 1000, clock, (finding) => findings.push(finding));
    answers.fail('a word');
    boundedProbe(answers.ask, 1000, clock, (finding) => findings.push(finding));
    await clock.advance(0);
    expect(findings.slice(1)).toMatchObject([
      { ok: false, error: { message: 'not even asked' } },
      { ok: false, error: { message: 'a word' } },
    ]);
  });

  it('ends when the time is up, once', async () => {
    const { clock, answers, findings } = setUp();
    await clock.advance(999);
    expect(findings).toEqual([]);
    await clock.advance(1);
    expect(findings).toMatchObject([{ ok: false, responseTime: 1000 }]);
    expect(findings[0]).toHaveProperty('error', expect.any(CacheTimeoutError));
    answers.say({ writable: true });
    await clock.advance(5000);
    expect(findings).toHaveLength(1);
  });

  it('reads a reply that has already arrived before it judges', async () => {
    const { clock, answers, findings } = setUp();
    clock.stall(3000);
    setImmediate(() => answers.say({ writable: true }));
    await clock.advance(0);
    expect(findings).toMatchObject([{ ok: true }]);
    expect(clock.pending).toBe(0);
  });

  it('gives back what our own event loop took, once and no longer than the timeout', async () => {
    const { clock, answers, findings } = setUp();
    clock.stall(1600);
    await clock.advance(0);
    await clock.advance(599);
    expect(findings).toEqual([]);
    answers.say({ writable: true });
    await clock.advance(1);
    expect(findings).toMatchObject([{ ok: true }]);

    const silent = setUp();
    silent.clock.stall(60_000);
    await silent.clock.advance(0);
    silent.clock.stall(999);
    await silent.clock.advance(0);
    expect(silent.findings).toEqual([]);
    silent.clock.stall(60_000);
    await silent.clock.advance(0);
    expect(silent.findings).toMatchObject([{ ok: false }]);
    expect(silent.clock.pending).toBe(0);
  });

  it('is silent once given up', async () => {
    const { clock, answers, findings, giveUp } = setUp();
    giveUp();
    answers.say({ writable: true });
    await clock.advance(5000);
    expect(findings).toEqual([]);
    expect(clock.pending).toBe(0);

    const late = setUp();
    late.clock.tick(1000);
    late.giveUp();
    await late.clock.advance(0);
    expect(late.findings).toEqual([]);
  });
});
