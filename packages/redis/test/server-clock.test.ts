import { describe, expect, it } from 'vitest';
import { readTime, ServerClock } from '../src/base/server-clock.js';

describe('ServerClock', () => {
  it('never makes a deadline later than asked, whichever way it is converted', () => {
    const clock = new ServerClock();
    // The server is 10,000 ms ahead; the answer was formed somewhere between 100 and 140.
    clock.observe(100, 140, 10_120);
    expect(clock.toServer(1000)).toBeLessThanOrEqual(11_000);
    expect(clock.toServer(1000)).toBe(10_980);
    expect(clock.toLocal(11_000)).toBeLessThanOrEqual(1000);
    expect(clock.toServerAtLatest(1000)).toBe(11_020);
  });

  it('grows more exact by every answer', () => {
    const clock = new ServerClock();
    clock.observe(100, 140, 10_120);
    clock.observe(200, 300, 10_201);
    clock.observe(400, 402, 10_401);
    expect(clock.toServer(1000)).toBe(10_999);
  });

  it('believes a server whose clock was set', () => {
    const clock = new ServerClock();
    clock.observe(100, 101, 10_100);
    clock.observe(200, 202, 3_600_200);
    expect(clock.toServer(1000)).toBe(3_600_998);
  });

  it('brings times of writing back unchanged', () => {
    const clock = new ServerClock();
    clock.observe(100, 140, 10_120);
    const written = clock.timeToServer(5000);
    clock.observe(200, 210, 10_205);
    expect(clock.timeToLocal(written)).toBe(5000);
  });

  it('takes the two clocks for one as long as it knows nothing', () => {
    const clock = new ServerClock();
    expect(clock.toServer(1000.7)).toBe(1000);
    expect(clock.toServer(-5)).toBe(1);
    expect(clock.toLocal(1000)).toBe(1000);
  });
});

describe('readTime', () => {
  it('reads seconds and microseconds', () => {
    expect(readTime(['1700000000', '250500'])).toBe(1_700_000_000_250.5);
  });

  it.each([null, 'x', [], ['1'], ['x', 'y'], new Error('x')])(
    'knows what is no time: %j',
    (reply) => {
      expect(readTime(reply)).toBeUndefined();
    },
  );
});
