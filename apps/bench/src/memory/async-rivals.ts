import { InMemoryCache } from '@cachefb/memory';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { createCache } from 'cache-manager';
import { Cacheable } from 'cacheable';
import IoredisMock from 'ioredis-mock';
import Keyv from 'keyv';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { type Contestant, race } from '../harness/race.js';
import { median } from '../harness/statistics.js';
import { table } from '../harness/table.js';

const ENTRIES = 10_000;
const SLICE = 10_000;

/** A cache whose commands return promises. */
interface AsyncRival {
  readonly name: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
}

/** The promise API against others in memory, and against our own synchronous one. */
export async function asyncRivals(rounds: number): Promise<void> {
  const rivals = create();
  const keys = Array.from({ length: ENTRIES }, (_, i) => `user:${i}`);
  const value = 'x'.repeat(100);
  for (const rival of rivals) for (const key of keys) await rival.set(key, value);
  const sync = new InMemoryCache({ maxSize: ENTRIES }).sync;
  for (const key of keys) sync.set(key, value);
  const options = { operations: SLICE, rounds, clock: mainThreadCpu };
  const gets = await race(
    [
      ...rivals.map(({ name, get }) => over(name, keys, get)),
      {
        name: 'cachefb, sync',
        run: () => {
          for (const key of keys) if (sync.get(key) === null) throw new Error('lost');
        },
      },
    ],
    options,
  );
  const sets = await race(
    rivals.map(({ name, set }) => over(name, keys, (key) => set(key, value))),
    options,
  );
  const of = (laps: ReadonlyMap<string, readonly number[]>, name: string) =>
    median(laps.get(name) ?? []).toFixed(2);
  console.log(`\nAwaited, µs of main-thread CPU per operation, ${ENTRIES / 1000}k entries\n`);
  console.log(
    table(
      ['', 'get', 'set'],
      [
        ['cachefb, sync', of(gets, 'cachefb, sync'), ''],
        ...rivals.map(({ name }) => [name, of(gets, name), of(sets, name)]),
      ],
    ),
  );
}

function over(
  name: string,
  keys: readonly string[],
  call: (key: string) => Promise<unknown>,
): Contestant {
  return {
    name,
    run: async () => {
      for (const key of keys) await call(key);
    },
  };
}

function create(): AsyncRival[] {
  const ours = new InMemoryCache({ maxSize: ENTRIES });
  const manager = createCache();
  const keyv = new Keyv();
  const mock = new IoredisMock();
  const cacheable = new Cacheable();
  const bento = new BentoCache({
    default: 'memory',
    stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: ENTRIES })) },
  });
  return [
    { name: 'cachefb', get: (key) => ours.get(key), set: (key, value) => ours.set(key, value) },
    {
      name: 'cache-manager',
      get: (key) => manager.get(key),
      set: (key, value) => manager.set(key, value),
    },
    { name: 'keyv', get: (key) => keyv.get(key), set: (key, value) => keyv.set(key, value) },
    {
      name: 'ioredis-mock',
      get: (key) => mock.get(key),
      set: (key, value) => mock.set(key, value),
    },
    {
      name: 'cacheable',
      get: (key) => cacheable.get(key),
      set: (key, value) => cacheable.set(key, value),
    },
    {
      name: 'bentocache',
      get: (key) => bento.get({ key }),
      set: (key, value) => bento.set({ key, value }),
    },
  ];
}
