import type { Command, KeyState, Reply } from '@cachefb/core';
import { readCommand } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseOf,
  compilePolicies,
  copyOf,
  DOUBTED_BASE,
  Journal,
  type Known,
  SyncEngine,
  UNKNOWN_BASE,
  visitHappenings,
  visitPossible,
} from '../src/index.js';

const KEYS = ['a', 'b', 'c'];
const key = fc.constantFrom(...KEYS);
const field = fc.constantFrom('f', 'g', '__proto__');
const value = fc.constantFrom('1', '7', 'x', '');
const by = fc.integer({ min: -3, max: 3 });
const ms = fc.constantFrom(20, 50, 1000, 100_000);

/** One command, or time passing. */
const step: fc.Arbitrary<Command | number> = fc.oneof(
  fc.constantFrom(10, 30, 2000),
  fc.tuple(key, value).map(([k, v]) => readCommand.set(k, v, [])),
  fc.tuple(key, value, ms).map(([k, v, ttl]) => readCommand.set(k, v, [ttl])),
  fc
    .tuple(
      key,
      value,
      fc.constantFrom({ nx: true }, { xx: true }, { keepTtl: true }, { get: true }),
    )
    .map(([k, v, options]) => readCommand.set(k, v, [options])),
  fc.array(key, { minLength: 1, maxLength: 2 }).map((keys) => readCommand.del(keys)),
  fc.tuple(key, by).map(([k, n]) => readCommand.incrby(k, n)),
  fc.tuple(key, field, value).map(([k, f, v]) => readCommand.hset(k, [f, v])),
  fc.tuple(key, field).map(([k, f]) => readCommand.hdel(k, [f])),
  fc.tuple(key, field, by).map(([k, f, n]) => readCommand.hincrby(k, f, n)),
  fc.tuple(key, ms).map(([k, n]) => readCommand.pexpire(k, n, undefined)),
  key.map((k) => readCommand.persist(k)),
  fc.tuple(key, value).map(([k, v]) => readCommand.mset([{ [k]: v, c: '5' }])),
);

/** A command that was sent just before the outage, and whether Redis carried it out. */
interface Sent {
  readonly command: Command;
  readonly ran: boolean;
}

/** Increments are not repeated, so that nobody can say what is to come of them. */
const sent: fc.Arbitrary<Sent> = fc.record({
  command: step.filter(
    (each): each is Command =>
      typeof each !== 'number' && each.name !== 'incrby' && each.name !== 'hincrby',
  ),
  ran: fc.boolean(),
});

async function run(cache: InMemoryCache, command: Command): Promise<Reply | Error> {
  try {
    return await cache.execute(command);
  } catch (error) {
    return error as Error;
  }
}

/** States without the fraction of a millisecond that may lie between two clocks. */
function comparable(states: readonly KeyState[]): unknown[] {
  return states.map((state) => ({
    ...state,
    ...('fields' in state && { fields: [...state.fields].sort() }),
    ...('deadline' in state && { deadline: state.deadline && Math.round(state.deadline) }),
  }));
}

class World {
  readonly clock = new FakeClock();
  readonly memory = new InMemoryCache({ clock: this.clock });
  readonly redis = new InMemoryCache({ clock: this.clock });
  readonly journal = new Journal({
    policies: compilePolicies({ criticalKeys: ['*'] }),
    clock: this.clock,
  });
  readonly engine = new SyncEngine({
    journal: this.journal,
    backend: this.redis,
    clock: this.clock,
    batchSize: 2,
  });
  readonly #doubted = new Set<string>();

  /** Both sides see the same, as while Redis is well and memory keeps copies. */
  async both(steps: readonly (Command | number)[]): Promise<void> {
    for (const step of steps) {
      if (typeof step === 'number') this.clock.tick(step);
      else await Promise.all([run(this.memory, step), run(this.redis, step)]);
    }
  }

  /** Only memory answers, and the journal takes note. */
  async outage(steps: readonly (Command | number)[], basesKnown: boolean): Promise<void> {
    for (const step of steps) {
      if (typeof step === 'number') {
        this.clock.tick(step);
        continue;
      }
      const before = await this.#known(basesKnown);
      const reply = await run(this.memory, step);
      if (reply instanceof Error) continue;
      visitHappenings(step, reply, this.clock.now(), (name, happening) => {
        this.journal.record(name, happening, before.get(name));
      });
    }
  }

  /** Redis carries out some, without answering; after that, memory answers all. */
  async unanswered(steps: readonly Sent[], wait: number): Promise<void> {
    for (const { command, ran } of steps) if (ran) await run(this.redis, command);
    this.clock.tick(wait);
    for (const { command } of steps) {
      const before = await this.#known(true);
      const reply = await run(this.memory, command);
      const answer = reply instanceof Error ? undefined : reply;
      const now = this.clock.now();
      if (answer !== undefined) {
        visitHappenings(command, answer, now, (name, happening) => {
          this.journal.record(name, happening, before.get(name), true);
        });
      }
      visitPossible(command, answer, now, (name, happening) => {
        this.#doubted.add(name);
        this.journal.doubt(name, happening);
      });
    }
  }

  async #known(basesKnown: boolean): Promise<Map<string, Known>> {
    const known = new Map<string, Known>();
    const states = await this.memory.read(KEYS);
    for (const [index, name] of KEYS.entries()) {
      const state = states[index] as KeyState;
      const base = this.#doubted.has(name)
        ? DOUBTED_BASE
        : basesKnown
          ? baseOf(state)
          : UNKNOWN_BASE;
      known.set(name, { base, copy: copyOf(state) });
    }
    return known;
  }
}

describe('the way back of critical keys', () => {
  for (const basesKnown of [false, true]) {
    it(`makes Redis what memory had become, with bases ${basesKnown ? 'known' : 'unknown'}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 8 }),
          fc.array(step, { minLength: 1, maxLength: 20 }),
          async (before, during) => {
            const world = new World();
            await world.both(before);
            await world.outage(during, basesKnown);
            expect(await world.engine.drain()).toBe(true);
            expect(world.journal.size).toBe(0);
            expect(world.engine.stats).toMatchObject({ conflicts: 0, dropped: 0, ambiguous: 0 });
            expect(comparable(await world.redis.read(KEYS))).toEqual(
              comparable(await world.memory.read(KEYS)),
            );
          },
        ),
        { numRuns: 500 },
      );
    });
  }

  it('brings back both halves when a record is sealed in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 5 }),
        fc.array(step, { minLength: 1, maxLength: 10 }),
        fc.array(step, { minLength: 1, maxLength: 10 }),
        async (before, first, second) => {
          const world = new World();
          await world.both(before);
          await world.outage(first, false);
          world.journal.seal(10);
          await world.outage(second, false);
          expect(await world.engine.drain()).toBe(true);
          expect(comparable(await world.redis.read(KEYS))).toEqual(
            comparable(await world.memory.read(KEYS)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('counts as ours whatever may have come of commands that Redis did not answer', async () => {
    const last = fc.tuple(value, fc.constantFrom('set', 'with ttl', 'del'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 6 }),
        fc.array(sent, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 30, 500),
        fc.array(step, { maxLength: 6 }),
        fc.tuple(last, last, last),
        async (before, sent, wait, during, lasts) => {
          const world = new World();
          await world.both(before);
          await world.unanswered(sent, wait);
          await world.outage(during, true);
          // Whatever had happened, this is what the caller knows to be there.
          for (const [index, [text, how]] of lasts.entries()) {
            const name = KEYS[index] as string;
            const ttl = how === 'with ttl' ? [100_000] : [];
            const command =
              how === 'del' ? readCommand.del([name]) : readCommand.set(name, text, ttl);
            await world.outage([command], true);
          }
          expect(await world.engine.drain()).toBe(true);
          expect(world.engine.stats.conflicts).toBe(0);
          expect(comparable(await world.redis.read(KEYS))).toEqual(
            comparable(await world.memory.read(KEYS)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
