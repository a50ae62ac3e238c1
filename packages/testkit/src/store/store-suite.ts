import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type CriticalStore,
  DraftWriter,
  draftOf,
  type LoadProgress,
  type StoreChange,
} from '@cachefb/core';
import fc from 'fast-check';
import type { TestApi } from '../test-api.js';

/** Where the stores of one test keep what they are given. Empty at first. */
export interface StoreSubject {
  /** A store of that place; asked for again only after the one before was closed. */
  open(): CriticalStore;
  /** Removes the place; every store is closed by then. */
  dispose(): void | Promise<void>;
}

/** Options of {@link storeSuite}. */
export interface StoreSuiteOptions {
  /** What the stores are called in the names of the tests. */
  readonly name: string;
  /** Makes a place. */
  readonly create: () => Promise<StoreSubject>;
  /** Random histories tried. @defaultValue `30` */
  readonly runs?: number;
}

const KEYS = [
  '',
  'a',
  'b',
  '\0',
  '\0a',
  '\u{1f600}',
  '__proto__',
  'ü'.repeat(700),
  'x'.repeat(5000),
];

type Step =
  | { readonly do: 'write'; readonly changes: readonly StoreChange[] }
  | { readonly do: 'draft'; readonly changes: readonly StoreChange[]; readonly clear: boolean }
  | { readonly do: 'delete'; readonly keys: readonly string[] }
  | { readonly do: 'clear'; readonly changes: readonly StoreChange[] }
  | { readonly do: 'reopen' };

const key = fc.constantFrom(...KEYS);
const value = fc.uint8Array({ maxLength: 40 });
const change = fc.record({ key, value: fc.option(value, { nil: null }) });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      changes: fc.array(change, { maxLength: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('draft' as const),
      changes: fc.array(change, { maxLength: 12 }),
      clear: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      keys: fc.array(key, { maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('clear' as const),
      changes: fc.array(change, { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'reopen' }) },
);

/** What every `CriticalStore` owes its user, whatever its durability. */
export function storeSuite(
  { describe, it }: TestApi,
  { name, create, runs = 30 }: StoreSuiteOptions,
): void {
  const using = (body: (subject: StoreSubject) => Promise<void>) => async () => {
    const subject = await create();
    try {
      await body(subject);
    } finally {
      await subject.dispose();
    }
  };
  /** Runs `body` on a store of the place, and closes it. */
  const within = async <T>(subject: StoreSubject, body: (store: CriticalStore) => Promise<T>) => {
    const store = subject.open();
    try {
      return await body(store);
    } finally {
      await store.close();
    }
  };

  describe(`store ${name}`, () => {
    it(
      'is empty at first, and can be closed without having been used',
      using(async (subject) => {
        assert.deepEqual(await within(subject, contentOf), new Map());
        await subject.open().close();
      }),
    );

    it(
      'has after a restart what it was given, byte by byte, under any key',
      using(async (subject) => {
        const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
        const all = new Map(KEYS.map((one, i) => [one, bytes.subarray(i)]));
        all.set('nothing', new Uint8Array(0));
        all.set('much', new Uint8Array(3_000_000).fill(7));
        await within(subject, (store) => store.write(changesOf(all)));
        assert.deepEqual(await within(subject, contentOf), all);
      }),
    );

    it(
      'shows what was acknowledged without a restart too',
      using((subject) =>
        within(subject, async (store) => {
          await store.write([{ key: 'a', value: Uint8Array.of(1) }]);
          await store.delete(['a', 'never there']);
          await store.write([{ key: 'b', value: Uint8Array.of(2) }]);
          assert.deepEqual(await contentOf(store), new Map([['b', Uint8Array.of(2)]]));
        }),
      ),
    );

    it(
      'deletes within a batch, and lets the last change of a key count',
      using(async (subject) => {
        const one = Uint8Array.of(1);
        const two = Uint8Array.of(2);
        await within(subject, (store) => store.write([{ key: 'a', value: one }]));
        await within(subject, (store) =>
          store.write([
            { key: 'a', value: null },
            { key: 'b', value: one },
            { key: 'b', value: two },
            { key: 'c', value: one },
            { key: 'c', value: null },
          ]),
        );
        assert.deepEqual(await within(subject, contentOf), new Map([['b', two]]));
      }),
    );

    it(
      'takes drafts, where it does, in their order among the others',
      using(async (subject) => {
        const text = 'ü\u{1f600}'.repeat(5000);
        const bytes = new Uint8Array(Buffer.from(text));
        await within(subject, async (store) => {
          if (store.writeDraft === undefined) return store.write([{ key: 'b', value: bytes }]);
          const draft = new DraftWriter();
          const calls = [
            store.write([{ key: 'a', value: bytes }]),
            store.writeDraft(draft.entry('b').rest('').entry('gone').rest('1').take(), true),
            store.writeDraft(draft.gone('gone').entry('b').rest(text).take(), false),
          ];
          await Promise.all(calls);
        });
        assert.deepEqual(await within(subject, contentOf), new Map([['b', bytes]]));
      }),
    );

    it(
      'has everything acknowledged on disk once it was flushed, and can be flushed unused',
      using((subject) =>
        within(subject, async (store) => {
          await store.flush?.();
          await store.clear([{ key: 'a', value: Uint8Array.of(1) }]);
          await store.flush?.();
          assert.deepEqual(await contentOf(store), new Map([['a', Uint8Array.of(1)]]));
        }),
      ),
    );

    it(
      'keeps the order of calls that nobody waited for',
      using(async (subject) => {
        await within(subject, async (store) => {
          const calls = [store.write([{ key: 'gone', value: Uint8Array.of(0) }]), store.clear()];
          for (let i = 0; i < 50; i++) {
            calls.push(store.write([{ key: 'a', value: Uint8Array.of(i) }]));
            if (i % 8 === 0) calls.push(store.delete(['a']));
            if (i % 10 === 0) await nextTurn();
          }
          await Promise.all(calls);
        });
        assert.deepEqual(await within(subject, contentOf), new Map([['a', Uint8Array.of(49)]]));
      }),
    );

    it(
      'lets others run while it loads, and says how far it is',
      using((subject) =>
        within(subject, async (store) => {
          const total = 5000;
          await store.write(
            Array.from({ length: total }, (_, i) => ({ key: `key:${i}`, value: Uint8Array.of(i) })),
          );
          const progress: LoadProgress[] = [];
          let loaded = 0;
          for await (const _ of store.load({ onProgress: (one) => progress.push(one) })) loaded++;
          assert.equal(loaded, total);
          assert.deepEqual(progress.at(-1), { done: total, total });
          assert.deepEqual(
            progress.map(({ done }) => done),
            progress.map(({ done }) => done).sort((a, b) => a - b),
          );
          assert.ok(progress.every((one) => one.total === total));
        }),
      ),
    );

    it(
      'can be closed twice, and opens again when it is used',
      using((subject) =>
        within(subject, async (store) => {
          await store.write([{ key: 'a', value: Uint8Array.of(1) }]);
          await Promise.all([store.close(), store.close()]);
          assert.equal((await contentOf(store)).size, 1);
          await store.close();
          await store.write([{ key: 'b', value: Uint8Array.of(1) }]);
          assert.equal((await contentOf(store)).size, 2);
        }),
      ),
    );

    it('has what a Map would have, whatever is done to it', () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          await using(async (subject) => {
            const model = new Map<string, Uint8Array>();
            let store = subject.open();
            for (const one of steps) {
              if (one.do === 'reopen') {
                await store.close();
                store = subject.open();
              } else await apply(store, model, one);
            }
            assert.deepEqual(await contentOf(store), model);
            await store.close();
          })();
        }),
        { numRuns: runs },
      ));
  });
}

async function apply(
  store: CriticalStore,
  model: Map<string, Uint8Array>,
  step: Exclude<Step, { do: 'reopen' }>,
): Promise<void> {
  const clears = step.do === 'clear' || (step.do === 'draft' && step.clear);
  if (clears) model.clear();
  const changes =
    step.do === 'delete' ? step.keys.map((one) => ({ key: one, value: null })) : step.changes;
  for (const one of changes) {
    if (one.value === null) model.delete(one.key);
    else model.set(one.key, one.value);
  }
  if (step.do === 'delete') return store.delete(step.keys);
  if (step.do === 'draft' && store.writeDraft) return store.writeDraft(draftOf(changes), clears);
  return clears ? store.clear(changes) : store.write(changes);
}

async function contentOf(store: CriticalStore): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const entry of store.load()) found.set(entry.key, Uint8Array.from(entry.value));
  return found;
}

function changesOf(entries: ReadonlyMap<string, Uint8Array>): StoreChange[] {
  return [...entries].map(([one, bytes]) => ({ key: one, value: bytes }));
}
