import type { KeyState } from '@cachefb/core';
import type { RawRedis } from '../raw-redis/raw-redis.js';
import type { RawReply } from '../raw-redis/resp.js';
import type { Cell } from './effect.js';

/** What is there when everything is over; a key that is missing here is absent. */
export interface FinalState {
  /** When it was read, epoch milliseconds. */
  readonly at: number;
  readonly keys: ReadonlyMap<string, KeyState>;
}

/** Reads some keys through a connection of its own, or all of them. */
export async function readFinalState(
  redis: RawRedis,
  keys?: readonly string[],
): Promise<FinalState> {
  const names = keys ?? ((await redis.call('KEYS', '*')) as string[]);
  const states = new Map<string, KeyState>();
  for (const key of names) {
    const at = Date.now();
    const [type, string, hash, pttl] = await redis.pipeline([
      ['TYPE', key],
      ['GET', key],
      ['HGETALL', key],
      ['PTTL', key],
    ]);
    const deadline = Number(pttl) < 0 ? null : at + Number(pttl);
    if (type === 'string') states.set(key, { type, value: String(string), deadline });
    else if (type === 'hash') states.set(key, { type, fields: toMap(hash), deadline });
    else if (type !== 'none') states.set(key, { type: 'other', name: String(type), deadline });
  }
  return { at: Date.now(), keys: states };
}

/** What a cell holds in the end, `null` if nothing. */
export function finalValue({ keys }: FinalState, { key, field }: Cell): string | null {
  const state = keys.get(key);
  if (field === undefined) return state?.type === 'string' ? state.value : null;
  return state?.type === 'hash' ? (state.fields.get(field) ?? null) : null;
}

function toMap(reply: RawReply | undefined): Map<string, string> {
  const flat = (Array.isArray(reply) ? reply : []) as string[];
  const fields = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i] as string, flat[i + 1] as string);
  return fields;
}
