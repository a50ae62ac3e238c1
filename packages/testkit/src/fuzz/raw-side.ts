import { ReplyError } from '@cachefb/core';
import type { RawRedis } from '../raw-redis/raw-redis.js';
import type { RawArgument, RawReply } from '../raw-redis/resp.js';
import { sleep } from '../wait-for.js';
import type { Call } from './call.js';
import { type Outcome, outcomeOf } from './outcome.js';
import type { FuzzSide, FuzzState } from './side.js';

/** Calls that may be under way at once. */
const CHUNK = 500;

const REFUSED: Outcome = { error: 'TypeError', message: 'refused before anything is sent' };

/** A real Redis, in its own words: nothing of the contract's code lies in between. */
export function rawSide(redis: RawRedis): FuzzSide {
  return {
    async run(calls, short) {
      const now = Date.now();
      const outcomes: Outcome[] = calls.map(() => REFUSED);
      for (let at = 0; at < calls.length; at += CHUNK) {
        const chunk = calls.slice(at, at + CHUNK);
        const sent = chunk.flatMap((call, i) =>
          call.words === null ? [] : [{ i: at + i, call, words: call.words({ short, now }) }],
        );
        const replies = await redis.pipeline(sent.map(({ words }) => words));
        for (const [n, { i, call }] of sent.entries())
          outcomes[i] = toOutcome(call, replies[n] ?? null);
      }
      return outcomes;
    },
    async clear() {
      await redis.call('FLUSHALL');
    },
    wait: sleep,
    state: () => stateOf(redis),
  };
}

function toOutcome(call: Call, reply: RawReply): Outcome {
  if (reply instanceof Error) return outcomeOf(reply);
  if (typeof reply === 'bigint') return { reply: Number(reply) };
  if (call.kind === 'hash') return { reply: toRecord(reply as string[]) };
  if (call.kind !== 'json' || reply === null) return { reply };
  try {
    return { reply: JSON.parse(String(reply)) };
  } catch {
    return { error: 'CacheError', message: 'not JSON' };
  }
}

async function stateOf(redis: RawRedis): Promise<FuzzState> {
  const keys = ((await redis.call('KEYS', '*')) as string[]).sort();
  const replies = await redis.pipeline(
    keys.flatMap((key): RawArgument[][] => [
      ['GET', key],
      ['HGETALL', key],
      ['PTTL', key],
    ]),
  );
  return new Map(
    keys.map((key, i) => {
      const [string, hash, pttl] = replies.slice(3 * i, 3 * i + 3);
      const content = string instanceof ReplyError ? sorted(toRecord(hash as string[])) : string;
      return [key, { content, pttl: Number(pttl) }];
    }),
  );
}

function toRecord(flat: readonly string[]): Record<string, string> {
  const record: Record<string, string> = Object.create(null);
  for (let i = 0; i < flat.length; i += 2) record[flat[i] as string] = flat[i + 1] as string;
  return record;
}

function sorted(record: Record<string, string>): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
