import { CacheError, type Command, decodeKeyState, readCommand, silentLogger } from '@cachefb/core';
import { FakeClock, MemoryStore } from '@cachefb/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';

const RUNS = Number(process.env.RUNS ?? 300);
/** Fewer than there are keys: some are evicted. */
const MAX_SIZE = 3;
const FAILURE = new CacheError('STORE_FULL', 'no space');

const CRITICAL = ['critical:a', 'critical:b', 'critical:c', 'critical:d'];
const key = fc.constantFrom(...CRITICAL, 'other');
const value = fc.constantFrom('1', '2', '3');

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [])),
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [1500])),
  { weight: 2, arbitrary: key.map((k) => readCommand.del([k])) },
  key.map((k) => readCommand.hset(k, ['f', 'v'])),
  key.map((k) => readCommand.hdel(k, ['f'])),
  key.map((k) => readCommand.pexpire(k, 700, undefined)),
  key.map((k) => readCommand.persist(k)),
  fc.constant(readCommand.flushall()),
);

/** A command that nobody waits for, milliseconds that pass, or what becomes of the store or the cache. */
const step = fc.oneof(
  { weight: 4, arbitrary: command },
  fc.constantFrom(0, 200, 1000),
  fc.constantFrom('fails' as const, 'works' as const, 'restarts' as const),
);

it('the store ends with what memory holds, whatever happens to both', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new FakeClock();
      const store = new MemoryStore();
      const cache = new InMemoryCache({
        persistCriticalData: true,
        store,
        clock,
        maxSize: MAX_SIZE,
        logger: silentLogger,
      });
      const underWay: Promise<unknown>[] = [];
      for (const step of steps) {
        if (typeof step === 'number') await clock.advance(step);
        else if (step === 'fails') store.failure = FAILURE;
        else if (step === 'works') store.failure = undefined;
        else if (step === 'restarts') {
          await cache.disconnect();
          underWay.push(cache.connect().catch(() => {}));
        } else underWay.push(cache.execute(step).catch(() => {}));
      }
      store.failure = undefined;
      await cache.connect();
      await Promise.all(underWay);
      while (cache.getMetrics().persistence?.pending !== 0) await clock.advance(1000);
      await clock.advance(2000);

      // What has ended leaves both, once it is looked for.
      await cache.exists(...CRITICAL);
      while (cache.getMetrics().persistence?.pending !== 0) await clock.advance(0);
      const held = cache.sync.keys('critical:*').sort();
      expect([...store.entries.keys()].sort()).toEqual(held);
      const stored = held.map((name) => {
        const state = decodeKeyState(store.entries.get(name)!);
        return state.type === 'hash' ? { ...state, fields: new Map(state.fields) } : state;
      });
      expect(stored).toEqual(await cache.read(held));
      await cache.disconnect();
    }),
    { numRuns: RUNS },
  );
});
