import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../src/rate-limiter/app.js';
import { rateLimiter } from '../src/rate-limiter/rate-limiter.js';
import { Stage } from './support/stage.js';

let stage: Stage;
// One window for the whole of a test.
const at = Math.floor(Date.now() / 60_000) * 60_000 + 1000;
const options = { limit: 3, windowMs: 60_000, now: () => at };

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(() => stage.close());

describe('a rate limiter', () => {
  it('goes on counting through an outage, and adds up what several processes counted', async () => {
    const [one, other] = [
      rateLimiter(await stage.cache(['rate:*']), options),
      rateLimiter(await stage.cache(['rate:*']), options),
    ];
    expect(await one('ada')).toEqual({ allowed: true, remaining: 2, resetIn: 59_000 });
    expect(await one('ada')).toMatchObject({ allowed: true, remaining: 1 });

    await stage.kill();
    expect(await one('ada')).toMatchObject({ allowed: true, remaining: 0 });
    expect(await one('ada')).toMatchObject({ allowed: false, remaining: 0 });
    expect(await other('ada')).toMatchObject({ allowed: true });

    await stage.restart();
    const key = `rate:ada:${Math.floor(at / 60_000)}`;
    expect(await stage.redis.call('GET', key)).toBe('5');
    expect(await stage.redis.call('PTTL', key)).toBeGreaterThan(0);
    expect(await other('ada')).toMatchObject({ allowed: false });
  });

  it('counts anew in the next window, and each caller alone', async () => {
    let now = at;
    const limiter = rateLimiter(await stage.cache(), { ...options, limit: 1, now: () => now });
    expect((await limiter('ada')).allowed).toBe(true);
    expect((await limiter('ada')).allowed).toBe(false);
    expect((await limiter('grace')).allowed).toBe(true);
    now += 60_000;
    expect((await limiter('ada')).allowed).toBe(true);
  });

  it('refuses requests with 429 as a middleware', async () => {
    const page = await stage.serve(createApp(await stage.cache(['rate:*']), 2, () => at));
    const statuses: number[] = [];
    for (let i = 0; i < 2; i++) statuses.push((await fetch(page)).status);
    await stage.kill();
    const refused = await fetch(page);
    statuses.push(refused.status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(refused.headers.get('ratelimit-reset')).toBe('59');
  });
});
