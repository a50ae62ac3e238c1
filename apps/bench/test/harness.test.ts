import { describe, expect, it } from 'vitest';
import { race } from '../src/harness/race.js';
import { median, medianRatio } from '../src/harness/statistics.js';
import { table } from '../src/harness/table.js';
import { callers } from '../src/healthy-path/callers.js';
import { keysSeenBefore, newKeys } from '../src/memory/keys.js';

describe('a race', () => {
  it('runs the contestants in turn, each round beginning with another one', async () => {
    const order: string[] = [];
    const contestants = ['a', 'b', 'c'].map((name) => ({ name, run: () => void order.push(name) }));
    const laps = await race(contestants, { operations: 10, rounds: 2, warmUps: 1 });
    expect(order.join('')).toBe('abcbcacab');
    expect([...laps.values()].map((figures) => figures.length)).toEqual([2, 2, 2]);
  });

  it('has a contestant prepare each slice before the clock is read', async () => {
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const clock = () => order.push('clock');
    const contestant = { name: 'a', prepare: note('prepare'), run: note('run') };
    await race([contestant], { operations: 1, rounds: 1, warmUps: 1, clock });
    const slice = ['prepare', 'clock', 'run', 'clock'];
    expect(order).toEqual([...slice, ...slice]);
  });

  it('measures CPU time per operation, not waiting', async () => {
    const work = () => {
      const end = performance.now() + 40;
      while (performance.now() < end);
    };
    const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 40));
    const laps = await race(
      [
        { name: 'work', run: work },
        { name: 'wait', run: wait },
      ],
      { operations: 4, rounds: 3, warmUps: 0 },
    );
    expect(median(laps.get('work') ?? [])).toBeGreaterThan(2 * median(laps.get('wait') ?? []));
  });
});

describe('the keys of a race', () => {
  it('are new at each turn, or come again only when as many others as fit have come after them', () => {
    const fresh = newKeys(3);
    expect(new Set([1, 2, 3, 4].flatMap(() => fresh.next())).size).toBe(12);
    const again = keysSeenBefore(3, 4);
    const keys = Array.from({ length: 20 }, () => again.next()).flat();
    for (const [i, key] of keys.entries())
      expect(keys.slice(Math.max(0, i - 4), i)).not.toContain(key);
    expect(new Set(keys).size).toBeLessThan(keys.length);
  });
});

describe('statistics', () => {
  it('know the middle value', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('compare round by round', () => {
    expect(medianRatio([2, 20, 4], [1, 10, 4])).toBe(2);
  });
});

describe('a table', () => {
  it('aligns the first column left and the others right', () => {
    expect(table(['µs', 'get'], [['ioredis', '1.00']])).toBe(
      ['µs        get', '─────────────', 'ioredis  1.00'].join('\n'),
    );
  });
});

describe('callers', () => {
  it('share the operations, each waiting for its own', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await callers(3, 8, async (turn) => {
      seen.push(turn);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });
});
