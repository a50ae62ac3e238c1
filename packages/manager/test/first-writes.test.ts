import { type Command, type KeyState, readCommand } from '@cachefb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailoverCache } from '../src/index.js';
import { World } from './support/world.js';

const RUNS = Number(process.env.RUNS ?? 500);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What is acknowledged as the last thing before Redis is lost is there in the outage. */
async function afterLoss<T>(
  before: (world: World) => Promise<unknown>,
  after: (world: World) => Promise<T>,
): Promise<T> {
  const world = new World(['*']);
  await world.start();
  try {
    await world.meanwhile(
      before(world).then(() => {
        world.primary.fate = 'lost';
      }),
    );
    const reply = after(world);
    await world.meanwhile(reply);
    return await reply;
  } finally {
    await world.end();
  }
}

describe('the first write to a critical key, acknowledged just before an outage, is known in it', () => {
  it.each([0, 30])('by itself, with replies that take %d ms', async (latency) => {
    const found = await afterLoss(
      async ({ primary, cache }) => {
        primary.latency = latency;
        await cache.hset('h', 'f', '1');
      },
      ({ cache }) => cache.hget('h', 'f'),
    );
    expect(found).toBe('1');
  });

  it('behind a write that found nothing', async () => {
    const found = await afterLoss(
      async ({ cache }) => {
        await cache.hdel('h', 'f');
        await cache.hset('h', 'f', '1');
      },
      ({ cache }) => cache.hget('h', 'f'),
    );
    expect(found).toBe('1');
  });

  it('behind a deletion in the same turn', async () => {
    const count = await afterLoss(
      async ({ cache }) => {
        void cache.del('c');
        expect(await cache.incr('c')).toBe(1);
      },
      ({ cache }) => cache.incr('c'),
    );
    expect(count).toBe(2);
  });

  it('behind the deletion of what there was a copy of', async () => {
    const count = await afterLoss(
      async ({ cache }) => {
        await cache.incr('c');
        await turn();
        void cache.pexpire('c', 0);
        expect(await cache.incr('c')).toBe(1);
      },
      ({ cache }) => cache.incr('c'),
    );
    expect(count).toBe(2);
  });

  it('behind a flush', async () => {
    const count = await afterLoss(
      async ({ cache }) => {
        await cache.set('c', '7');
        void cache.flushall();
        expect(await cache.incr('c')).toBe(1);
      },
      ({ cache }) => cache.incr('c'),
    );
    expect(count).toBe(2);
  });

  it('behind a write and a deletion that are still under way', async () => {
    const fields = await afterLoss(
      async ({ primary, cache }) => {
        primary.latency = 30;
        void cache.hset('h', 'f', '1');
        await turn();
        void cache.del('h');
        await turn();
        await cache.hset('h', 'g', '2');
      },
      ({ cache }) => cache.hgetall('h'),
    );
    expect(fields).toEqual({ g: '2' });
  });
});

it.each<[string, (cache: FailoverCache) => Promise<unknown>]>([
  ['hset', (cache) => cache.hset('k', 'f', '1')],
  ['incr', (cache) => cache.incr('k')],
])('the first write, %s, is known to memory when it is acknowledged', async (_, write) => {
  const world = new World(['*']);
  await world.start();
  world.primary.latency = 30;
  let after: KeyState[] = [];
  await world.meanwhile(
    write(world.cache).then(async () => {
      world.cache.switchToMemoryCache();
      after = await world.cache.read(['k']);
    }),
  );
  expect(after).toEqual(await world.states(['k']));
  expect(after[0]?.type).not.toBe('none');
  await world.end();
});

it('a caller does not wait for what the first write left once Redis is lost', async () => {
  const world = new World(['*']);
  await world.start();
  world.primary.latency = 30;
  const written = world.cache.incr('k');
  await turn();
  await world.clock.advance(29);
  world.cache.switchToMemoryCache();
  await world.clock.advance(1);
  expect(await written).toBe(1);
  await world.end();
});

it('what has ended when its increment is answered does not come back', async () => {
  const found = await afterLoss(
    async ({ primary, clock, cache }) => {
      primary.latency = 20;
      void cache.set('c', '7', 40);
      await clock.advance(30);
      expect(await cache.incr('c')).toBe(8);
    },
    ({ cache }) => cache.get('c'),
  );
  expect(found).toBeNull();
});

it('thousands of writes that leave nothing, all under way at once, take no time to speak of', async () => {
  const world = new World(['*']);
  await world.start();
  world.primary.latency = 30;
  const command = readCommand.hdel('h', ['f']);
  const all: Promise<unknown>[] = [];
  for (let i = 0; i < 5000; i++) {
    all.push(world.cache.execute(command));
    await turn();
  }
  await world.meanwhile(Promise.all(all));
  expect(world.primary.readings).toBeLessThan(10);
  await world.end();
});

const key = fc.constantFrom('a', 'b');
const field = fc.constantFrom('f', 'g');

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(key, fc.constantFrom(1, 2)).map(([k, by]) => readCommand.incrby(k, by)),
  fc.tuple(key, field).map(([k, f]) => readCommand.hset(k, [f, 'v'])),
  fc.tuple(key, field).map(([k, f]) => readCommand.hincrby(k, f, 1)),
  fc.tuple(key, field).map(([k, f]) => readCommand.hdel(k, [f])),
  { weight: 2, arbitrary: key.map((k) => readCommand.del([k])) },
  fc
    .tuple(key, fc.constantFrom(-1, 60_000))
    .map(([k, ms]) => readCommand.pexpire(k, ms, undefined)),
  key.map((k) => readCommand.persist(k)),
  fc
    .tuple(key, fc.constantFrom<[] | ['KEEPTTL']>([], ['KEEPTTL']))
    .map(([k, words]) => readCommand.set(k, '5', words)),
  key.map((k) => readCommand.set(k, '7', [60_000])),
  fc.constant(readCommand.flushall()),
);

/** A command that nobody waits for, a turn or milliseconds that pass, or how long replies take. */
const step = fc.oneof(
  { weight: 4, arbitrary: command },
  fc.constant('turn' as const),
  fc.constantFrom(10, 30),
  fc.constantFrom({ latency: 0 }, { latency: 20 }),
);

it('memory holds what Redis does whenever the last of many commands is acknowledged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.boolean(), async (steps, young) => {
      const keys = ['a', 'b'];
      const world = new World(['*']);
      world.primary.young = young;
      await world.start();
      try {
        const replies: Promise<unknown>[] = [];
        for (const step of steps) {
          if (step === 'turn') await turn();
          else if (typeof step === 'number') await world.clock.advance(step);
          else if ('latency' in step) world.primary.latency = step.latency;
          else replies.push(world.cache.execute(step).catch(() => {}));
        }
        const acknowledged = Promise.all(replies).then(() => {
          world.primary.fate = 'lost';
        });
        await world.meanwhile(acknowledged);
        const expected = await world.primary.held(keys);
        const found = world.cache.read(keys);
        await world.meanwhile(found);
        expect(await found).toEqual(expected);
      } finally {
        await world.end();
      }
    }),
    { numRuns: RUNS },
  );
});
