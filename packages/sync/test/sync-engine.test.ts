import { InMemoryCache } from '@cachefb/memory';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import { compilePolicies, Journal, SyncEngine } from '../src/index.js';

describe('what a sync engine counts as expired', () => {
  const start = () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
    return { clock, backend, journal, engine: new SyncEngine({ journal, backend, clock }) };
  };

  it('is a value whose time was up before it was brought back', async () => {
    const { clock, journal, engine } = start();
    journal.record('k', { kind: 'put', value: 'v', deadline: clock.now() + 10 });
    await clock.advance(20);
    await engine.drain();
    expect(engine.stats).toMatchObject({ expired: 1, totalSynced: 1 });
  });

  it('is not a deadline that was brought back', async () => {
    const { clock, backend, journal, engine } = start();
    await backend.set('k', 'v');
    journal.record('k', { kind: 'deadline', deadline: clock.now() + 5000 });
    await engine.drain();
    expect(await backend.pttl('k')).toBe(5000);
    expect(engine.stats).toMatchObject({ expired: 0, totalSynced: 1 });
  });
});

describe('a key whose copy is about to end', () => {
  it('is not taken for deleted by somebody because Redis let it end a moment before', async () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
    const engine = new SyncEngine({ journal, backend, clock });
    const base = { kind: 'value', values: ['old'], deadline: clock.now() + 20 } as const;
    const deadline = clock.now() + 60_000;
    journal.record('k', { kind: 'put', value: 'new', deadline }, { base });
    await engine.drain();
    expect(await backend.get('k')).toBe('new');
    expect(engine.stats).toMatchObject({ conflicts: 0, totalSynced: 1 });
  });

  it('is not taken for deleted by somebody because a write of ours had run after all, and ended', async () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
    const engine = new SyncEngine({ journal, backend, clock });
    const base = { kind: 'value', values: ['old'], deadline: null } as const;
    await backend.set('k', 'unanswered', 500);
    const unanswered = { kind: 'put', value: 'unanswered', deadline: clock.now() + 500 } as const;
    journal.record('k', unanswered, { base }, true);
    journal.record('k', { kind: 'put', value: 'new', deadline: null });
    await clock.advance(5000);
    await engine.drain();
    expect(await backend.get('k')).toBe('new');
    expect(engine.stats).toMatchObject({ conflicts: 0, totalSynced: 1 });
  });

  it('ends when it was last told to, though a command that was not answered may have told otherwise', async () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
    const engine = new SyncEngine({ journal, backend, clock });
    const base = { kind: 'value', values: ['v'], deadline: null } as const;
    const unanswered = { kind: 'deadline', deadline: clock.now() + 5000 } as const;
    await backend.set('k', 'v', 5000);
    journal.record('k', unanswered, { base }, true);
    journal.record('k', { kind: 'deadline', deadline: clock.now() + 60_000 });
    await engine.drain();
    expect(await backend.pttl('k')).toBe(60_000);
    expect(engine.stats).toMatchObject({ conflicts: 0, totalSynced: 1 });
  });

  it('is ours where a late reply tells so while it is being brought back', async () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
    const engine = new SyncEngine({ journal, backend, clock });
    const base = { kind: 'value', values: ['1'], deadline: null } as const;
    await backend.set('k', '3');
    journal.record('k', { kind: 'put', value: 'new', deadline: null }, { base });
    const apply = backend.apply.bind(backend);
    backend.apply = async (changes) => {
      const outcomes = await apply(changes);
      backend.apply = apply;
      journal.doubt('k', { kind: 'increment', by: 2, result: 3 });
      return outcomes;
    };
    await engine.drain();
    expect(await backend.get('k')).toBe('new');
    expect(engine.stats).toMatchObject({ conflicts: 0, totalSynced: 1 });
  });

  it('stays gone where only its fields were changed, rather than to begin anew without an end', async () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
    const engine = new SyncEngine({ journal, backend, clock });
    const deadline = clock.now() + 20;
    const fields = new Map([['f', '1']]);
    journal.record(
      'k',
      { kind: 'set-fields', pairs: ['f', '2'] },
      { base: { kind: 'hash', fields, deadline }, copy: { type: 'hash', fields, deadline } },
    );
    await engine.drain();
    expect(await backend.type('k')).toBe('none');
    expect(engine.stats).toMatchObject({ expired: 1, pending: 0 });
  });
});

describe('fields of which nothing is known before', () => {
  it('are written, but for those that somebody wrote later', async () => {
    const clock = new FakeClock();
    const backend = new InMemoryCache({ clock });
    const start = () => {
      const journal = new Journal({ policies: compilePolicies({ criticalKeys: ['*'] }), clock });
      return { journal, engine: new SyncEngine({ journal, backend, clock }) };
    };
    const first = start();
    const second = start();
    first.journal.record('k', { kind: 'set-fields', pairs: ['f', '1', 'g', '1'] });
    clock.tick(10);
    second.journal.record('k', { kind: 'set-fields', pairs: ['g', '2'] });
    await second.engine.drain();
    await first.engine.drain();
    expect(await backend.hgetall('k')).toEqual({ f: '1', g: '2' });
    expect(first.engine.stats).toMatchObject({ conflicts: 1, totalSynced: 1 });
  });
});
