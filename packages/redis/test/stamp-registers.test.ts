import { CacheUnavailableError, type Change } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import { applyChanges } from '../src/base/apply-changes.js';
import { InternalKeys } from '../src/base/internal-keys.js';
import type { Link } from '../src/base/link.js';
import { ServerClock } from '../src/base/server-clock.js';
import { arrange, StampDay } from '../src/base/stamp-registers.js';

const DAY = 86_400_000;
const keys = new InternalKeys('');

function change(key: string, stamp: boolean): Change {
  const effect = { kind: 'put', value: key, deadline: null } as const;
  return { id: `p:${key}`, key, effect, writtenAt: 0, stamp, force: !stamp };
}

describe('changes of one script', () => {
  const batch = Array.from({ length: 100 }, (_, i) => change(`k${i}`, i % 10 !== 0));
  const { changes, places, registers } = arrange(batch);

  it('are told by where they were before', () => {
    expect(places.map((place) => batch[place])).toEqual(changes);
    expect(new Set(places).size).toBe(100);
  });

  it('follow one another where they share a register, and come last where they need none', () => {
    expect(registers.reduce((sum, { size }) => sum + size, 0)).toBe(90);
    expect(changes.slice(90).every(({ stamp }) => !stamp)).toBe(true);
    let start = 0;
    for (const { register, size } of registers) {
      for (const shared of changes.slice(start, start + size)) {
        expect(arrange([shared]).registers).toEqual([{ register, size: 1 }]);
      }
      start += size;
    }
  });
});

describe('a day', () => {
  it('has registers of its own, and looks at those of the days before as long as stamps live', () => {
    const registers = [
      { register: 3, size: 1 },
      { register: 5, size: 1 },
    ];
    const names = (ttl: number) => new StampDay(7.5 * DAY, ttl).names(registers, keys);
    expect(names(DAY)).toEqual([7, 6].flatMap((day) => [keys.stamps(day, 3), keys.stamps(day, 5)]));
    expect(names(1)).toHaveLength(4);
    expect(names(DAY + 1)).toHaveLength(6);
  });

  it('ends for a script as well: later, stamps are looked for elsewhere', async () => {
    const day = new StampDay(8 * DAY - 10, DAY);
    expect(day.last).toBe(8 * DAY - 1);
    expect(day.endOf(2)).toBeGreaterThanOrEqual(9 * DAY);
    let now = 8 * DAY - 10;
    const sent: { latest: number; register: string }[] = [];
    const link = {
      address: '',
      send: async (_: string, words: readonly string[]) => {
        const latest = Number(words[2 + Number(words[1])]);
        sent.push({ latest, register: String(words[3]).split(':')[2] as string });
        now += 15;
        if (now > latest) throw new CacheUnavailableError('too late', { fate: 'refused' });
        return [1];
      },
    } as unknown as Link;
    const outcomes = await applyChanges([change('k', true)], {
      link,
      keys,
      keyPrefix: '',
      epoch: undefined,
      clock: new ServerClock(),
      now: { now: () => now } as never,
      timeout: 1000,
      markTtl: DAY,
      stampTtl: DAY,
    });
    expect(outcomes).toEqual([{ status: 'applied' }]);
    expect(sent).toEqual([
      { latest: 8 * DAY - 1, register: '7' },
      { latest: 8 * DAY + 1005, register: '8' },
    ]);
  });
});
