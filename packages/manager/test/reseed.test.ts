import { InMemoryCache } from '@cachefb/memory';
import { compilePolicies, Journal, type KeyPolicy, SyncEngine } from '@cachefb/sync';
import { FakeClock } from '@cachefb/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { reseed } from '../src/reseed.js';

let clock: FakeClock;
let server: InMemoryCache;

beforeEach(() => {
  clock = new FakeClock();
  server = new InMemoryCache({ clock });
});

/** A process, what it holds of the key, and when it last knew that to be true. */
function process(onConflict?: KeyPolicy['onConflict']) {
  const memory = new InMemoryCache({ clock });
  const policies = compilePolicies({
    keyPolicies: [
      { match: '*', mirror: true, onRecovery: 'sync', ...(onConflict && { onConflict }) },
    ],
  });
  const journal = new Journal({ policies, clock });
  const engine = new SyncEngine({ journal, backend: server, clock });
  const give = (knownAt: number, ...keys: string[]) =>
    reseed(server, memory, journal, new Map(keys.map((key) => [key, knownAt])));
  return { memory, journal, engine, give };
}

describe('a server that lost everything gets', () => {
  it('a string from the copy that was known to be true last, whoever comes first', async () => {
    for (const order of [0, 1]) {
      const [old, recent] = [process(), process()];
      await old.memory.set(`k${order}`, 'old');
      await recent.memory.set(`k${order}`, 'recent', 60_000);
      const gifts = [() => old.give(1000, `k${order}`), () => recent.give(2000, `k${order}`)];
      for (const gift of order === 0 ? gifts : gifts.reverse()) await gift();
      expect(await server.get(`k${order}`)).toBe('recent');
      expect(await server.pttl(`k${order}`)).toBeGreaterThan(0);
    }
  });

  it('a hash from the copy that was known to be true last, whoever comes first', async () => {
    for (const order of [0, 1]) {
      const [old, recent] = [process(), process()];
      await old.memory.hset(`h${order}`, { same: '1', changed: 'old', gone: '1' });
      await recent.memory.hset(`h${order}`, { same: '1', changed: 'recent', added: '1' });
      const gifts = [() => old.give(1000, `h${order}`), () => recent.give(2000, `h${order}`)];
      for (const gift of order === 0 ? gifts : gifts.reverse()) await gift();
      expect(await server.hgetall(`h${order}`)).toEqual({
        same: '1',
        changed: 'recent',
        added: '1',
      });
    }
  });

  it('nothing in place of what somebody wrote', async () => {
    const { memory, give } = process();
    await memory.set('k', 'copy');
    await memory.hset('h', { one: 'copy', two: 'copy' });
    await server.set('k', 'theirs');
    await server.hset('h', 'one', 'theirs');
    await give(1000, 'k', 'h');
    expect(await server.get('k')).toBe('theirs');
    expect(await server.hgetall('h')).toEqual({ one: 'theirs', two: 'copy' });
  });

  it('nothing in place of what was written to what another process gave', async () => {
    const [first, second] = [process(), process()];
    await first.memory.set('n', '1');
    await second.memory.set('n', '2');
    await first.give(1000, 'n');
    await server.incr('n');
    await server.incr('n');
    await second.give(2000, 'n');
    expect(await server.get('n')).toBe('3');
  });
});

describe('what a process changed in the outage', () => {
  it.each(['last-write', 'local', 'remote', () => 'resolved'] as const)(
    'counts more than what another one gave back, by any rule: %s',
    async (onConflict) => {
      const [giver, writer] = [process(), process(onConflict)];
      await giver.memory.set('k', 'older');
      await giver.memory.hset('h', { f: 'older' });
      await giver.give(clock.now() - 5000, 'k', 'h');
      const deadline = null;
      writer.journal.record(
        'k',
        { kind: 'put', value: 'written', deadline },
        { base: { kind: 'value', values: ['base'], deadline } },
      );
      writer.journal.record(
        'h',
        { kind: 'set-fields', pairs: ['f', 'written'] },
        { base: { kind: 'hash', fields: new Map([['f', 'base']]), deadline } },
      );
      await writer.engine.drain(true);
      expect(await server.get('k')).toBe('written');
      expect(await server.hgetall('h')).toEqual({ f: 'written' });
    },
  );
});
