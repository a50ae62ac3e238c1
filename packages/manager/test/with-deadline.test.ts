import { CacheTimeoutError } from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { withDeadline } from '../src/with-deadline.js';

const never = new Promise<string>(() => {});

describe('a deadline', () => {
  it('gives up when it has passed', async () => {
    const clock = new FakeClock();
    const failed = expect(withDeadline(never, 100, clock)).rejects.toBeInstanceOf(
      CacheTimeoutError,
    );
    await clock.advance(100);
    await failed;
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer behind an answer', async () => {
    const clock = new FakeClock();
    expect(await withDeadline(Promise.resolve('here'), 100, clock)).toBe('here');
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  it('is prolonged by what our own event loop stood still', async () => {
    const clock = new FakeClock();
    let arrive = (_: string) => {};
    const late = new Promise<string>((resolve) => {
      arrive = resolve;
    });
    const answer = withDeadline(late, 100, clock);
    clock.stall(2000);
    await clock.advance(50);
    arrive('here');
    expect(await answer).toBe('here');
  });
});
