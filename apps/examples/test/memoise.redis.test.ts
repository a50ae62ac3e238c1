import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoise } from '../src/memoise/memoise.js';
import { Stage } from './support/stage.js';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(() => stage.close());

describe('a memoised function', () => {
  it('is called once for all who ask, and answered by its last value while it fails', async () => {
    const calls: number[] = [];
    let works = true;
    const report = memoise(
      await stage.cache(),
      'report',
      async (year: number) => {
        calls.push(year);
        if (!works) throw new Error('the database is down');
        return { year };
      },
      { ttl: 60_000, staleTtl: 3_600_000 },
    );
    const all = await Promise.all(Array.from({ length: 20 }, () => report(2024)));
    expect(all).toEqual(Array(20).fill({ year: 2024 }));
    expect(await report(2024)).toEqual({ year: 2024 });
    expect(calls).toEqual([2024]);

    // Redis and what it stood for are gone together.
    await stage.kill();
    works = false;
    expect(await report(2024)).toEqual({ year: 2024 });
    await expect(report(2025)).rejects.toThrow('the database is down');
    works = true;
    expect(await report(2025)).toEqual({ year: 2025 });
    expect(await report(2025)).toEqual({ year: 2025 });
    expect(calls).toEqual([2024, 2024, 2025, 2025]);

    await stage.restart();
    expect(await report(2024)).toEqual({ year: 2024 });
  });
});
