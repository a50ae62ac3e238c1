import type { CacheCommands } from '@cachefb/core';
import { sleep } from '../wait-for.js';
import type { Call } from './call.js';
import { type Outcome, outcomeOf } from './outcome.js';
import type { FuzzSide, FuzzState } from './side.js';

/** How a cache is called by the fuzzer. */
export interface CacheSideOptions {
  /** Lets time pass, for a cache with a clock handed in. @defaultValue really waits */
  advance?(ms: number): Promise<void> | void;
  /** The cache's own time, epoch milliseconds. @defaultValue `Date.now` */
  now?(): number;
  /** Calls made at once, without waiting for each other's replies. @defaultValue `1` */
  readonly inFlight?: number;
  /** Calls made in one turn of the event loop, of those at once. @defaultValue all of them */
  readonly inTurn?: number;
}

/** A cache, called through the contract. */
export function cacheSide(
  cache: CacheCommands,
  { advance, now = Date.now, inFlight = 1, inTurn = inFlight }: CacheSideOptions = {},
): FuzzSide {
  const one = async (call: Call, short: number): Promise<Outcome> => {
    try {
      const args = call.args({ short, now: now() });
      return { reply: await invoke(cache, call.name, args) };
    } catch (error) {
      return outcomeOf(error);
    }
  };
  return {
    async run(calls, short) {
      const outcomes: Outcome[] = [];
      let batch: Promise<Outcome>[] = [];
      const settle = async () => {
        outcomes.push(...(await Promise.all(batch)));
        batch = [];
      };
      for (const call of calls) {
        // A scan is several commands, between which others would slip in.
        if (call.name === 'scan') await settle();
        batch.push(one(call, short));
        if (call.name === 'scan' || batch.length >= inFlight) await settle();
        else if (batch.length % inTurn === 0) await nextTurn();
      }
      await settle();
      return outcomes;
    },
    async clear() {
      await cache.flushall();
    },
    wait: (ms) => (advance === undefined ? sleep(ms) : advance(ms)),
    state: () => stateOf(cache),
  };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function invoke(cache: CacheCommands, name: string, args: unknown[]): Promise<unknown> {
  const method = (cache as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
  const answer = method?.apply(cache, args);
  return name === 'scan' ? collect(answer as AsyncIterable<string>) : answer;
}

async function collect(items: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function stateOf(cache: CacheCommands): Promise<FuzzState> {
  const keys = (await cache.keys('*')).sort();
  const entries = keys.map(async (key) => {
    const type = await cache.type(key);
    const content = type === 'hash' ? sorted(await cache.hgetall(key)) : await cache.get(key);
    return [key, { content, pttl: await cache.pttl(key) }] as const;
  });
  return new Map(await Promise.all(entries));
}

function sorted(record: Record<string, string>): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
