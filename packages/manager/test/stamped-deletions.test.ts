import { ABSENT, type Command } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { compilePolicies } from '@cachefb/sync';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { StampedDeletions, stillGone } from '../src/stamped-deletions.js';

const DEL: Command<'del'> = { name: 'del', keys: ['critical:a'] };
const HDEL: Command<'hdel'> = { name: 'hdel', key: 'critical:a', fields: ['f'] };
const GET: Command<'get'> = { name: 'get', key: 'critical:a' };

function deletionsOn(clock: FakeClock): StampedDeletions {
  const policies = compilePolicies({ criticalKeys: ['critical:*'] });
  return new StampedDeletions(new InMemoryCache(), policies, clock);
}

describe('deletions on a server that has just come up', () => {
  it('run in a way of their own, and nothing else does', () => {
    const deletions = deletionsOn(new FakeClock());
    deletions.until(1000);
    expect([DEL, HDEL, GET].map((command) => deletions.isAbout(command))).toEqual([
      true,
      true,
      false,
    ]);
    expect(deletions.instead(GET, () => {})).toBeUndefined();
    expect(deletions.instead(DEL, () => {})).toBeInstanceOf(Promise);
  });

  it('run as ever once its time is over', async () => {
    const clock = new FakeClock();
    const deletions = deletionsOn(clock);
    deletions.until(1000);
    await clock.advance(1000);
    expect(deletions.instead(DEL, () => {})).toBeUndefined();
    expect(deletions.isAbout(DEL)).toBe(false);
  });

  it('run as ever where the key is not one that is brought back', () => {
    const deletions = deletionsOn(new FakeClock());
    deletions.until(1000);
    expect(deletions.instead({ name: 'del', keys: ['other'] }, () => {})).toBeUndefined();
  });
});

describe('what is left of a deletion', () => {
  const STRING = { type: 'string', value: '1', deadline: null } as const;
  const HASH = { type: 'hash', fields: new Map([['g', '1']]), deadline: null } as const;
  const TWO: Command<'del'> = { name: 'del', keys: ['a', 'b'] };
  const FIELDS: Command<'hdel'> = { name: 'hdel', key: 'a', fields: ['f', 'g'] };

  it('is what nothing has taken the place of', () => {
    expect(stillGone(TWO, [STRING, ABSENT])).toEqual({ name: 'del', keys: ['b'] });
    expect(stillGone(TWO, [STRING, HASH])).toBeUndefined();
    expect(stillGone(TWO, [])).toEqual(TWO);
    expect(stillGone(FIELDS, [HASH])).toEqual({ name: 'hdel', key: 'a', fields: ['f'] });
    expect(stillGone(FIELDS, [ABSENT])).toEqual(FIELDS);
    expect(stillGone(FIELDS, [STRING])).toBeUndefined();
    expect(stillGone({ ...FIELDS, fields: ['g'] }, [HASH])).toBeUndefined();
  });
});
