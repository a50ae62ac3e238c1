import type { Change } from '@cachefb/core';
import { expect, it } from 'vitest';
import { changing, put } from './changing.js';
import type { MakeBackend } from './subject.js';

const DAY = 86_400_000;
const PREFIX = '__cachefb__:stamps:';

/** Where stamps are kept, and for how long. */
export function stamping(make: MakeBackend): void {
  const setting = changing(make);

  /** A change that asks when its key was written, or leaves it there. */
  function stamped(key: string, value: string, more: Partial<Change> = {}): Change {
    return put(key, value, { stamp: true, ...more });
  }

  async function registers(): Promise<string[]> {
    return (await setting.server.call('KEYS', `${PREFIX}*`)) as string[];
  }

  /** Makes all stamps that there are so many days older. */
  async function age(days: number): Promise<void> {
    for (const name of await registers()) {
      const [day, register] = name.slice(PREFIX.length).split(':');
      await setting.server.call('RENAME', name, `${PREFIX}${Number(day) - days}:${register}`);
    }
  }

  it('many keys share a few registers, which end at different times after their day', async () => {
    await setting.backend.apply(Array.from({ length: 400 }, (_, i) => stamped(`k${i}`, 'v')));
    const names = await registers();
    expect(new Set(names.map((name) => name.split(':').at(-1))).size).toBe(16);
    const ends = new Set<number>();
    for (const name of names) {
      const left = Number(await setting.server.call('PTTL', name));
      expect(left).toBeGreaterThan(DAY);
      expect(left).toBeLessThan(2 * DAY + 60_000);
      ends.add(Math.round(left / 1000));
    }
    expect(ends.size).toBe(names.length);
  });

  it('yesterday’s stamps count, unless there is one of today; older ones do not', async () => {
    const now = Date.now();
    const ours = stamped('k', 'ours', { expect: { value: ['base'] } });
    await setting.backend.apply([stamped('k', 'theirs', { writtenAt: now - 2 })]);
    await age(1);
    expect(await setting.backend.apply([ours])).toMatchObject([
      { status: 'conflict', writtenAt: now - 2 },
    ]);
    await setting.backend.apply([stamped('k', 'theirs', { writtenAt: now - 1 })]);
    expect(await setting.backend.apply([ours])).toMatchObject([
      { status: 'conflict', writtenAt: now - 1 },
    ]);
    await age(2);
    const [outcome] = await setting.backend.apply([ours]);
    expect(outcome).toMatchObject({ status: 'conflict' });
    expect(outcome).not.toHaveProperty('writtenAt');
  });

  it('where marks live for longer, so do stamps', async () => {
    const patient = make(setting.server.url, { timeout: 2000, markTtl: 3 * DAY });
    await patient.connect();
    const now = Date.now();
    await patient.apply([stamped('k', 'theirs', { writtenAt: now })]);
    const [name = ''] = await registers();
    expect(Number(await setting.server.call('PTTL', name))).toBeGreaterThan(3 * DAY);
    await age(3);
    const ours = stamped('k', 'ours', { expect: { value: ['base'] } });
    expect(await patient.apply([ours])).toMatchObject([{ status: 'conflict', writtenAt: now }]);
    await patient.disconnect();
  });

  it('what neither asks nor leaves when something was written needs no register', async () => {
    await setting.backend.apply([put('k', 'v', { force: true })]);
    expect(await registers()).toEqual([]);
  });
}
