import { type Command, type InvalidationListener, readCommand, systemClock } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { compilePolicies } from '@cachefb/sync';
import { waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Mirror } from '../src/mirror/mirror.js';

/** A Redis in memory that can be followed. */
class Followed extends InMemoryCache {
  tell: InvalidationListener = () => {};
  interrupt = () => {};

  track(patterns: readonly string[], listener: InvalidationListener, interrupted = () => {}) {
    this.tell = listener;
    this.interrupt = interrupted;
    return { patterns, intact: true };
  }
}

let primary: Followed;
let fallback: InMemoryCache;
let mirror: Mirror;
let owned: Set<string>;

beforeEach(() => {
  primary = new Followed();
  fallback = new InMemoryCache();
  owned = new Set();
  mirror = new Mirror({
    primary,
    fallback,
    policies: compilePolicies({ criticalKeys: ['session:*'] }),
    clock: systemClock,
    limit: 10,
    isOwned: (key) => owned.has(key),
    onLate: () => {},
  });
  mirror.track(['session:*']);
});

afterEach(async () => {
  await primary.disconnect();
  await fallback.disconnect();
});

function written(key: string, value: string): void {
  const plain = { ttl: undefined, deadline: undefined, keepTtl: false, nx: false, xx: false };
  const command: Command<'set'> = { name: 'set', key, value, get: false, ...plain };
  mirror.observe(command, 'OK', systemClock.now(), mirror.epoch);
}

describe('a mirror', () => {
  it('drops a copy that somebody else changed', async () => {
    written('session:1', 'a');
    expect(await fallback.get('session:1')).toBe('a');
    primary.tell('session:1');
    expect(await fallback.get('session:1')).toBeNull();
  });

  it('keeps what was written again just before Redis tells of what was brought back', async () => {
    await primary.set('session:1', 'later');
    mirror.refresh('session:1');
    written('session:1', 'later');
    primary.tell('session:1');
    await waitFor(async () => (await fallback.get('session:1')) === 'later');
    await primary.del('session:1');
    primary.tell('session:1');
    expect(await fallback.get('session:1')).toBeNull();
  });

  it('leaves alone what memory owns, whoever changes it in Redis meanwhile', async () => {
    for (const key of ['session:1', 'session:2']) {
      written(key, 'a');
      owned.add(key);
      await fallback.set(key, 'newer');
    }
    primary.tell('session:1');
    primary.tell(undefined);
    expect(await fallback.mget('session:1', 'session:2')).toEqual(['newer', 'newer']);
  });

  it('leaves alone what memory owns when the copies are too many', async () => {
    written('session:0', 'a');
    owned.add('session:0');
    await fallback.set('session:0', 'newer');
    for (let i = 1; i <= 20; i++) written(`session:${i}`, 'b');
    expect(await fallback.get('session:0')).toBe('newer');
  });

  it('does not let a late reply overwrite what memory owns', async () => {
    owned.add('session:1');
    await fallback.set('session:1', 'newer');
    written('session:1', 'late');
    expect(await fallback.get('session:1')).toBe('newer');
  });

  it('keeps what was brought back, though Redis tells of it as of a change, and reads it anew', async () => {
    await fallback.set('session:1', 'brought back');
    await primary.set('session:1', 'brought back, and changed since');
    mirror.refresh('session:1');
    primary.tell('session:1');
    expect(await fallback.get('session:1')).toBe('brought back');
    mirror.catchUp();
    await waitFor(async () => (await fallback.get('session:1')) !== 'brought back');
    expect(await fallback.get('session:1')).toBe('brought back, and changed since');
    primary.tell('session:1');
    expect(await fallback.get('session:1')).toBeNull();
  });

  it('keeps copies over an interruption, as no base, and reads them anew', async () => {
    written('session:1', 'before');
    written('session:2', 'before');
    await primary.set('session:1', 'changed unseen');
    primary.interrupt();
    expect(await fallback.mget('session:1', 'session:2')).toEqual(['before', 'before']);
    expect(await mirror.known('session:1')).toMatchObject({ base: { kind: 'unknown' } });
    expect([...mirror.seeds()]).toEqual([]);
    await waitFor(async () => (await fallback.get('session:1')) !== 'before');
    expect(await fallback.mget('session:1', 'session:2')).toEqual(['changed unseen', null]);
    expect(await mirror.known('session:1')).toMatchObject({ base: { kind: 'value' } });
  });

  it('takes what was answered before an interruption for no base', async () => {
    const sentBefore = mirror.epoch;
    primary.interrupt();
    const plain = { ttl: undefined, deadline: undefined, keepTtl: false, nx: false, xx: false };
    const set = { name: 'set', key: 'session:1', value: 'mine', get: false, ...plain } as const;
    mirror.observe(set, 'OK', systemClock.now(), sentBefore);
    expect(await fallback.get('session:1')).toBe('mine');
    expect(await mirror.known('session:1')).toMatchObject({ base: { kind: 'unknown' } });
    await primary.set('session:1', 'theirs');
    await waitFor(async () => (await fallback.get('session:1')) === 'theirs');
  });

  it('reads a key whose whole no reply will tell while the command is still under way', async () => {
    await primary.set('session:1', '5');
    const add: Command<'incrby'> = { name: 'incrby', key: 'session:1', by: 1 };
    mirror.anticipate(add);
    await waitFor(async () => (await fallback.get('session:1')) === '5');
    mirror.observe(add, await primary.incr('session:1'), systemClock.now(), mirror.epoch);
    expect(await fallback.get('session:1')).toBe('6');
    expect(await mirror.known('session:1')).toMatchObject({ base: { kind: 'value' } });
  });

  it('takes a reply for no more than it is that comes between the command and what is read', async () => {
    const add: Command<'hincrby'> = { name: 'hincrby', key: 'session:1', field: 'count', by: 2 };
    mirror.anticipate(add);
    await primary.hset('session:1', 'name', 'ada');
    mirror.observe(add, await primary.hincrby('session:1', 'count', 2), 0, mirror.epoch);
    await waitFor(async () => (await fallback.hlen('session:1')) === 2);
    expect(await fallback.hgetall('session:1')).toEqual({ name: 'ada', count: '2' });
  });

  it('takes in nothing that had ended before the key was read', async () => {
    await primary.hset('session:1', 'old', '1');
    const write: Command<'hset'> = { name: 'hset', key: 'session:1', pairs: ['old', '1'] };
    const { epoch } = mirror;
    mirror.anticipate(write);
    await primary.del('session:1');
    await primary.hset('session:1', 'new', '2');
    mirror.observe(write, 1, systemClock.now(), epoch);
    await waitFor(async () => (await fallback.hlen('session:1')) > 0);
    expect(await fallback.hgetall('session:1')).toEqual({ new: '2' });
  });

  it('takes nothing for the whole of a key that others may have brought back since it was deleted', async () => {
    const write = readCommand.hset('session:1', ['mine', '1']);
    const { epoch } = mirror;
    written('session:1', 'a');
    primary.interrupt();
    const later = mirror.epoch;
    mirror.observe(readCommand.del(['session:1']), 1, systemClock.now(), epoch);
    mirror.observe(write, 1, systemClock.now(), later);
    expect(await mirror.known('session:1')).toBeUndefined();

    written('session:2', 'a');
    const before = mirror.epoch;
    primary.tell('session:2');
    const after = mirror.epoch;
    mirror.observe(readCommand.flushall(), 'OK', systemClock.now(), before);
    mirror.observe(readCommand.hset('session:2', ['mine', '1']), 1, systemClock.now(), after);
    expect(await mirror.known('session:2')).toBeUndefined();
  });

  it('reads again what was written of late when it is told of a flush: it may have come after that', async () => {
    await primary.set('session:1', 'after the flush');
    written('session:1', 'after the flush');
    primary.tell(undefined);
    await waitFor(async () => (await fallback.get('session:1')) === 'after the flush');
  });

  it('drops every copy when somebody flushes', async () => {
    written('session:1', 'a');
    primary.tell(undefined);
    expect(await fallback.get('session:1')).toBeNull();
  });

  it('does not take the whole of an old copy for new because a part of it is', async () => {
    await primary.hset('session:1', { mine: '1', theirs: '1' });
    mirror.replace('session:1', {
      type: 'hash',
      fields: new Map([
        ['mine', '1'],
        ['theirs', 'old'],
      ]),
      deadline: null,
    });
    expect([...mirror.seeds()].map(([key]) => key)).toEqual(['session:1']);
    mirror.pause();
    mirror.resume();
    const command: Command<'hset'> = { name: 'hset', key: 'session:1', pairs: ['mine', '2'] };
    await primary.hset('session:1', 'mine', '2');
    mirror.observe(command, 0, systemClock.now(), mirror.epoch);
    expect((await mirror.known('session:1'))?.base.kind).toBe('unknown');
    expect([...mirror.seeds()].map(([key]) => key)).toEqual([]);
    await waitFor(async () => (await mirror.known('session:1'))?.base.kind === 'hash');
    expect(await fallback.hgetall('session:1')).toEqual({ mine: '2', theirs: '1' });
    expect([...mirror.seeds()].map(([key]) => key)).toEqual(['session:1']);
  });

  it('gives a lost server what it has itself changed without knowing whether', async () => {
    written('session:1', 'a');
    mirror.distrust('session:1');
    expect((await mirror.known('session:1'))?.base.kind).toBe('unknown');
    expect([...mirror.seeds()].map(([key]) => key)).toEqual(['session:1']);
  });
});
