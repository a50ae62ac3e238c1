import { type Command, type KeyState, readCommand } from '@cachefb/core';
import { HealthMonitor } from '@cachefb/health';
import { InMemoryCache } from '@cachefb/memory';
import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailoverCache } from '../src/index.js';
import { type Fate, FatedPrimary } from './support/fated-primary.js';

const RUNS = 500;
const TIMEOUT = 100;
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

/** A command, one that nobody waits for, milliseconds that pass, or what becomes of commands from now on. */
type Step = Command | { readonly meanwhile: Command } | number | Fate;

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

/** A manager over a Redis that fails as told, beside a cache that never does. */
class World {
  readonly clock = new FakeClock();
  readonly primary = new FatedPrimary(this.clock, TIMEOUT);
  readonly model = new InMemoryCache({ clock: this.clock });
  readonly conflicts: string[] = [];
  readonly #underWay: Promise<unknown>[] = [];
  readonly cache = new FailoverCache({
    primary: this.primary,
    fallback: new InMemoryCache({ clock: this.clock }),
    health: new HealthMonitor({
      probe: () => this.primary.ping(),
      healthCheckInterval: 50,
      timeout: TIMEOUT,
      clock: this.clock,
    }),
    criticalKeys: ['*'],
    failoverTimeout: TIMEOUT,
    clock: this.clock,
  });

  async start(): Promise<void> {
    this.cache.on('conflict', ({ key }) => this.conflicts.push(key));
    await this.meanwhile(this.cache.initialize());
  }

  async step(step: Step): Promise<void> {
    if (typeof step === 'number') await this.clock.advance(step);
    else if (typeof step === 'string') this.primary.fate = step;
    else {
      const command = 'meanwhile' in step ? step.meanwhile : step;
      const done = Promise.allSettled([this.model.execute(command), this.cache.execute(command)]);
      if ('meanwhile' in step) this.#underWay.push(done);
      else await this.meanwhile(done);
      // What is read behind a command is answered right behind it.
      for (let turns = 0; turns < 4; turns++) await this.clock.advance(0);
    }
  }

  /** Every caller has its answer. */
  settled(): Promise<void> {
    return this.meanwhile(Promise.all(this.#underWay));
  }

  /** Time passes only as far as somebody waits for it. */
  async meanwhile(done: Promise<unknown>): Promise<void> {
    let over = false;
    void done.finally(() => {
      over = true;
    });
    for (let spent = 0; !over; spent++) {
      await this.clock.advance(0);
      if (!over && this.clock.nextDue !== undefined) {
        await this.clock.advance(Math.max(0, this.clock.nextDue - this.clock.now()));
      }
      if (spent > 10_000) throw new Error('a caller waits for ever');
    }
  }

  /** All is well, and everything is brought back. */
  async heal(): Promise<void> {
    this.primary.fate = 'answered';
    for (let spent = 0; !this.#isOver; spent++) {
      if (spent > 10_000) throw new Error('it is never over');
      await this.clock.advance(20);
    }
    await this.clock.advance(20);
  }

  get #isOver(): boolean {
    const { pending, syncInProgress } = this.cache.getSyncStats();
    return this.cache.getCurrentProvider() === 'redis' && pending === 0 && !syncInProgress;
  }

  async end(): Promise<void> {
    await this.meanwhile(this.cache.disconnect());
    await this.primary.disconnect();
    await this.model.disconnect();
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
    await fc.assert(
      fc.asyncProperty(steps(fc.oneof(command, nx), 'answered', 'refused'), async (list) => {
        const world = new World();
        try {
          await world.start();
          for (const step of list) await world.step(step);
          await world.heal();
          expect(world.conflicts).toEqual([]);
          expect(comparable(await world.primary.read(KEYS))).toEqual(
            comparable(await world.model.read(KEYS)),
          );
        } finally {
          await world.end();
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('ends with what was last acknowledged, whatever may have come of unanswered commands', async () => {
    const end = fc.array(definite, { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        steps(maybeMeanwhile, 'answered', 'refused', 'lost', 'unanswered'),
        end,
        fc.constantFrom<Fate>('answered', 'refused'),
        async (list, last, fate) => {
          const world = new World();
          try {
            await world.start();
            for (const step of list) await world.step(step);
            await world.settled();
            await world.step(fate);
            for (const [index, step] of last.entries()) {
              const name = KEYS[index] as string;
              await world.step(
                step.name === 'del' ? { ...step, keys: [name] } : { ...step, key: name },
              );
            }
            await world.heal();
            expect(world.conflicts).toEqual([]);
            expect(comparable(await world.primary.read(KEYS))).toEqual(
              comparable(await world.model.read(KEYS)),
            );
          } finally {
            await world.end();
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
