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
