import type { KeyState } from '@cachefb/core';
import type { RawRedis } from '../../src/index.js';

/** The state of a key. */
export async function readState(redis: RawRedis, key: string): Promise<KeyState> {
  const [name, pttl] = await redis.pipeline([
    ['TYPE', key],
    ['PTTL', key],
  ]);
  if (name === 'none') return { type: 'none' };
  const deadline = Number(pttl) < 0 ? null : Date.now() + Number(pttl);
  if (name === 'string') {
    const value = await redis.call('GET', key);
    return value === null ? { type: 'none' } : { type: 'string', value: String(value), deadline };
  }
  if (name !== 'hash') return { type: 'other', name: String(name), deadline };
  const flat = (await redis.call('HGETALL', key)) as string[];
  const fields = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i] as string, flat[i + 1] as string);
  return { type: 'hash', fields, deadline };
}
