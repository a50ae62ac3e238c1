import { type Command, type KeyState, readCommand } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fate } from './support/fated-primary.js';
import { type Step, World } from './support/world.js';

const RUNS = Number(process.env.RUNS ?? 500);
const KEYS = ['a', 'b'];
const key = fc.constantFrom(...KEYS);
const field = fc.constantFrom('f', 'g');
const value = fc.constantFrom('1', '7', 'x');
const by = fc.integer({ min: -3, max: 3 });
const ms = fc.constantFrom(30, 150, 3000, 600_000);

/** A command that says by itself what its keys hold then. */
const definite: fc.Arbitrary<Command<'set'> | Command<'del'>> = fc.oneof(
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [])),
  fc.tuple(key, value, ms).map(([k, v, ttl]) => readCommand.set(k, v, [ttl])),
  key.map((k) => readCommand.del([k])),
);

const command: fc.Arbitrary<Command> = fc.oneof(
  definite,
  fc
    .tuple(key, value, fc.constantFrom({ xx: true }, { keepTtl: true }))
    .map(([k, v, options]) => readCommand.set(k, v, [options])),
  fc.tuple(key, by).map(([k, n]) => readCommand.incrby(k, n)),
  fc.tuple(key, field, value).map(([k, f, v]) => readCommand.hset(k, [f, v])),
  fc.tuple(key, field).map(([k, f]) => readCommand.hdel(k, [f])),
  fc.tuple(key, field, by).map(([k, f, n]) => readCommand.hincrby(k, f, n)),
  fc.tuple(key, ms).map(([k, n]) => readCommand.pexpire(k, n, undefined)),
  key.map((k) => readCommand.persist(k)),
  key.map((k) => readCommand.get(k)),
);

/** That nobody else has the key is not promised over an outage: `nx` only where none begins amid commands. */
const nx = fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [{ nx: true }]));

const maybeMeanwhile: fc.Arbitrary<Step> = fc.oneof(
  command,
  command.map((each) => ({ meanwhile: each })),
);

const wait = fc.constantFrom(1, 20, 120, 1500);

function steps(one: fc.Arbitrary<Step>, ...fates: Fate[]): fc.Arbitrary<Step[]> {
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: one },
      { weight: 2, arbitrary: wait },
      { weight: 2, arbitrary: fc.constantFrom(...fates) },
    ),
    { maxLength: 25 },
  );
}

/** A cache that never fails, and what the two answered to each command. */
class Twin {
  readonly replies: (readonly [PromiseSettledResult<unknown>, PromiseSettledResult<unknown>])[] =
    [];
  readonly #world: World;
  readonly #model: InMemoryCache;

  constructor(world: World) {
    this.#world = world;
    this.#model = new InMemoryCache({ clock: world.clock });
  }

  readonly send = async (command: Command): Promise<void> => {
    this.replies.push(
      await Promise.allSettled([this.#world.cache.execute(command), this.#model.execute(command)]),
    );
  };

  /** Both hold the same, and nobody else's write was seen. */
  async compare(): Promise<void> {
    expect(this.#world.conflicts).toEqual([]);
    expect(comparable(await this.#world.states(KEYS))).toEqual(
      comparable(await this.#model.read(KEYS)),
    );
  }
}

async function inWorld(run: (world: World, twin: Twin) => Promise<void>): Promise<void> {
  const world = new World(['*']);
  try {
    await world.start();
    await run(world, new Twin(world));
  } finally {
    await world.end();
  }
}

/** States, of deadlines only whether there is one, and about when. */
function comparable(states: readonly KeyState[]): unknown[] {
  return states.map((state) => ({
    ...state,
    ...('fields' in state && { fields: [...state.fields].sort() }),
    ...('deadline' in state && { deadline: state.deadline && Math.round(state.deadline / 2000) }),
  }));
}

describe('any outage', () => {
  it('that loses no command is none for the caller', async () => {
    const anything = steps(fc.oneof(command, nx), 'answered', 'refused', 'full');
    await fc.assert(
      fc.asyncProperty(anything, (list) =>
        inWorld(async (world, twin) => {
          for (const step of list) await world.step(step, twin.send);
          await world.heal();
          for (const [ours, theirs] of twin.replies) expect(ours).toEqual(theirs);
          await twin.compare();
        }),
      ),
      { numRuns: RUNS },
    );
  });

  it('ends with what was last acknowledged, whatever may have come of unanswered commands', async () => {
    const end = fc.array(definite, { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        steps(maybeMeanwhile, 'answered', 'refused', 'lost', 'unanswered', 'full'),
        end,
        fc.constantFrom<Fate>('answered', 'refused', 'full'),
        (list, last, fate) =>
          inWorld(async (world, twin) => {
            for (const step of list) await world.step(step, twin.send);
            await world.settled();
            await world.step(fate, twin.send);
            for (const [index, step] of last.entries()) {
              const name = KEYS[index] as string;
              await world.step(
                step.name === 'del' ? { ...step, keys: [name] } : { ...step, key: name },
                twin.send,
              );
            }
            await world.heal();
            await twin.compare();
          }),
      ),
      { numRuns: RUNS },
    );
  });
});
