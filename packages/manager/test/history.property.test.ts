import { type Command, readCommand } from '@cachefb/core';
import { checkHistory, type HistoryRecord, RecordingCache } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fate } from './support/fated-primary.js';
import { type Step, World } from './support/world.js';

const RUNS = Number(process.env.RUNS ?? 500);
const KEYS = ['a', 'b', 'counter', 'hash'];
const key = fc.constantFrom('a', 'b');
const field = fc.constantFrom('f', 'g');
const by = fc.integer({ min: 1, max: 3 });
const ttl = fc.constantFrom(5000, 60_000, 600_000);

/** What a {@link checkHistory} can judge best: every value is written once. */
type Draft = (value: string) => Command;

const draft: fc.Arbitrary<Draft> = fc.oneof(
  key.map((k) => (value: string) => readCommand.set(k, value, [])),
  fc.tuple(key, ttl).map(
    ([k, ms]) =>
      (value: string) =>
        readCommand.set(k, value, [ms]),
  ),
  fc.tuple(key, ttl).map(
    ([k, ms]) =>
      () =>
        readCommand.pexpire(k, ms, undefined),
  ),
  key.map((k) => () => readCommand.persist(k)),
  key.map((k) => () => readCommand.del([k])),
  key.map((k) => () => readCommand.get(k)),
  by.map((n) => () => readCommand.incrby('counter', n)),
  fc.constant(() => readCommand.get('counter')),
  field.map((f) => (value: string) => readCommand.hset('hash', [f, value])),
  field.map((f) => () => readCommand.hdel('hash', [f])),
  field.map((f) => () => readCommand.hget('hash', f)),
  by.map((n) => () => readCommand.hincrby('hash', 'count', n)),
);

/** A command that somebody waits for, or nobody; or whose reply is the last before things go otherwise. */
type DraftStep =
  | { readonly draft: Draft; readonly waits: boolean }
  | { readonly draft: Draft; readonly fate: Fate }
  | number
  | Fate
  | { readonly latency: number };

function steps(...fates: Fate[]): fc.Arbitrary<DraftStep[]> {
  return fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ draft, waits: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ draft, fate: fc.constantFrom(...fates) }) },
      { weight: 2, arbitrary: fc.constantFrom(1, 20, 120, 1500) },
      { weight: 2, arbitrary: fc.constantFrom(...fates) },
      { weight: 1, arbitrary: fc.constantFrom({ latency: 0 }, { latency: 30 }) },
    ),
    { maxLength: 25 },
  );
}

function stepOf(step: DraftStep, index: number): Step {
  if (typeof step !== 'object' || 'latency' in step) return step;
  const command = step.draft(`v${index}`);
  if ('fate' in step) return { last: command, fate: step.fate };
  return step.waits ? command : { meanwhile: command };
}

/** Sent behind a write that is refused, and answered that there is nothing to prolong. */
const PROLONGED_BEHIND: DraftStep[] = [
  { latency: 30 },
  'full',
  { draft: (value) => readCommand.set('a', value, []), waits: false },
  { draft: () => readCommand.pexpire('a', 5000, undefined), waits: false },
];

const write = (value: string) => readCommand.hset('hash', ['f', value]);

/** Deleted in the way of a young server, and written again before that is answered. */
const WRITTEN_BEHIND: DraftStep[] = [
  { draft: (value) => readCommand.hset('hash', ['f', value, 'g', value]), waits: true },
  20,
  { latency: 30 },
  { draft: () => readCommand.hdel('hash', ['f']), waits: false },
  { draft: write, waits: false },
  120,
  'full',
  { draft: write, waits: true },
];

/** The first write to a key is answered while another key is read, and nothing is after it. */
const FIRST_AND_LAST: DraftStep[] = [
  { draft: () => readCommand.hdel('hash', ['f']), waits: true },
  { draft: () => readCommand.incrby('counter', 2), waits: true },
  'lost',
  { draft: (value) => readCommand.hset('hash', ['f', value]), waits: true },
  { draft: () => readCommand.get('counter'), waits: true },
];

const FATES = {
  'of everything': ['answered', 'refused', 'lost', 'unanswered'],
  'of writes': ['answered', 'full'],
  'of any kind': ['answered', 'full', 'refused', 'lost', 'unanswered'],
} as const;

describe.each(Object.entries(FATES))('an outage %s', (_, fates) => {
  it.each([
    ['critical', ['*']],
    ['other', []],
  ])('leaves a history of %s keys that a Redis could have made', async (_, criticalKeys) => {
    await fc.assert(
      fc.asyncProperty(steps(...fates), fc.boolean(), async (list, young) => {
        const world = new World(criticalKeys);
        world.primary.young = young;
        const history: HistoryRecord[] = [];
        const recording = new RecordingCache(world.cache, {
          into: history,
          now: () => world.clock.now(),
        });
        try {
          await world.start();
          for (const [index, step] of list.entries()) {
            await world.step(stepOf(step, index), (command) => recording.execute(command));
          }
          await world.settled();
          await world.heal();
          const states = await world.states(KEYS);
          const final = {
            at: world.clock.now(),
            keys: new Map(KEYS.map((name, index) => [name, states[index]!])),
          };
          const violations = checkHistory(history, final, {
            mayVanish: () => criticalKeys.length === 0,
          });
          expect(violations).toEqual([]);
        } finally {
          await world.end();
        }
      }),
      {
        numRuns: RUNS,
        examples: [
          [PROLONGED_BEHIND, false],
          [WRITTEN_BEHIND, true],
          [FIRST_AND_LAST, false],
        ],
      },
    );
  });
});
