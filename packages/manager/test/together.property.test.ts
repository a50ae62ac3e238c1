import { type Command, readCommand } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { World } from './support/world.js';

const RUNS = Number(process.env.RUNS ?? 300);
const KEYS = ['a', 'b', 'c', 'd'];
const key = fc.constantFrom(...KEYS);
const keys = fc.array(key, { minLength: 1, maxLength: 3 });
const value = fc.constantFrom('1', '7', 'x');
const field = fc.constantFrom('f', 'g');

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [])),
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [{ nx: true }])),
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [{ xx: true, get: true }])),
  key.map((k) => readCommand.incrby(k, 1)),
  fc.tuple(key, field, value).map(([k, f, v]) => readCommand.hset(k, [f, v])),
  fc.tuple(key, field).map(([k, f]) => readCommand.hdel(k, [f])),
  fc.tuple(key, field).map(([k, f]) => readCommand.hincrby(k, f, 1)),
  keys.map((list) => readCommand.mset(list.flatMap((k, index) => [k, String(index)]))),
  keys.map((list) => readCommand.del(list)),
  key.map((k) => readCommand.get(k)),
  key.map((k) => readCommand.hgetall(k)),
  keys.map((list) => readCommand.mget(list)),
  keys.map((list) => readCommand.exists(list)),
);
const flush = fc.constant(readCommand.flushall());
const all = fc.constant(readCommand.keys('*'));

interface Plan {
  /** Commands before the outage, each of which is waited for. */
  readonly before: readonly Command[];
  /** In it, commands that are sent in one go. */
  readonly batches: readonly (readonly Command[])[];
  /** While it is brought back, commands that nobody waits for, each with milliseconds before it. */
  readonly after: readonly (readonly [wait: number, command: Command])[];
}

const together = (
  one: fc.Arbitrary<Command>,
  later: fc.Arbitrary<Command> = one,
  most = 0,
): fc.Arbitrary<Plan> =>
  fc.record({
    before: fc.array(command, { maxLength: 6 }),
    batches: fc.array(fc.array(one, { minLength: 2, maxLength: 6 }), { maxLength: 4 }),
    after: fc.array(fc.tuple(fc.constantFrom(0, 0, 1, 3, 8), later), { maxLength: most }),
  });

/** Runs a plan against a cache that never fails as well; `begin` has the outage begin. */
async function run({ before, batches, after }: Plan, begin: (world: World) => Promise<void>) {
  const world = new World(['*']);
  const model = new InMemoryCache({ clock: world.clock });
  const both = async (commands: readonly Command[]) => {
    const ours = Promise.allSettled(commands.map((one) => world.cache.execute(one)));
    const theirs = await Promise.allSettled(commands.map((one) => model.execute(one)));
    await world.meanwhile(ours);
    expect(sorted(commands, await ours)).toEqual(sorted(commands, theirs));
  };
  try {
    await world.start();
    for (const one of before) await both([one]);
    await world.clock.advance(50);
    await begin(world);
    for (const batch of batches) await both(batch);
    expect(world.cache.getCurrentProvider()).toBe('memory');
    if (world.primary.fate === 'answered') void world.cache.switchToRedis();
    const replies: Promise<unknown>[] = [];
    for (const [wait, one] of after) {
      if (wait > 0) await world.clock.advance(wait);
      replies.push(same(world.cache.execute(one), model.execute(one)));
    }
    await world.meanwhile(Promise.all(replies));
    await world.heal();
    expect(await world.states(KEYS)).toEqual(await model.read(KEYS));
  } finally {
    await world.end();
  }
}

/** Both end in the same way. */
async function same(ours: Promise<unknown>, theirs: Promise<unknown>): Promise<void> {
  const [our, their] = await Promise.allSettled([ours, theirs]);
  expect(our).toEqual(their);
}

/** Keys come in no order. */
function sorted(commands: readonly Command[], replies: readonly PromiseSettledResult<unknown>[]) {
  return replies.map((reply, index) =>
    commands[index]?.name === 'keys' && reply.status === 'fulfilled'
      ? [...(reply.value as string[])].sort()
      : reply,
  );
}

describe('commands that nobody waits for before the next', () => {
  it('are answered in their order by memory, and brought back in it', async () => {
    const plan = together(fc.oneof({ weight: 8, arbitrary: command }, flush, all));
    await fc.assert(
      fc.asyncProperty(plan, (given) =>
        run(given, async ({ cache }) => cache.switchToMemoryCache()),
      ),
      { numRuns: RUNS },
    );
  });

  it('are so while what was changed is being brought back', async () => {
    const some = fc.oneof({ weight: 8, arbitrary: command }, flush);
    await fc.assert(
      fc.asyncProperty(together(some, some, 12), (given) =>
        run(given, async (world) => {
          world.cache.switchToMemoryCache();
          world.primary.latency = 5;
        }),
      ),
      { numRuns: RUNS },
    );
  });

  it('are so as well while Redis answers reads only', async () => {
    const plan = together(fc.oneof({ weight: 8, arbitrary: command }, flush));
    await fc.assert(
      fc.asyncProperty(plan, (given) =>
        run(given, async (world) => {
          world.primary.fate = 'full';
          world.primary.latency = 5;
          for (let i = 0; world.cache.getCurrentProvider() === 'redis'; i++) {
            await world.meanwhile(world.cache.set('other', 'v'));
            if (i > 100) throw new Error('it does not notice');
          }
        }),
      ),
      { numRuns: RUNS },
    );
  });
});
