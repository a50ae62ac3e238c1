import type { Command, CommandName } from '@cachefb/core';
import type { RawArgument } from '../../src/index.js';

type Calls = { [N in CommandName]: (command: Command<N>) => RawArgument[] };

const CALLS: Calls = {
  get: ({ key }) => ['GET', key],
  set: ({ key, value, ttl, deadline, keepTtl, nx, xx, get }) => [
    'SET',
    key,
    value,
    ...(ttl === undefined ? [] : ['PX', whole(ttl)]),
    ...(deadline === undefined ? [] : ['PXAT', whole(deadline)]),
    ...(keepTtl ? ['KEEPTTL'] : []),
    ...(nx ? ['NX'] : []),
    ...(xx ? ['XX'] : []),
    ...(get ? ['GET'] : []),
  ],
  del: ({ keys }) => ['DEL', ...keys],
  exists: ({ keys }) => ['EXISTS', ...keys],
  pexpire: ({ key, ms, mode }) => ['PEXPIRE', key, whole(ms), ...(mode ? [mode] : [])],
  persist: ({ key }) => ['PERSIST', key],
  ttl: ({ key }) => ['TTL', key],
  pttl: ({ key }) => ['PTTL', key],
  hget: ({ key, field }) => ['HGET', key, field],
  hset: ({ key, pairs }) => ['HSET', key, ...pairs],
  hdel: ({ key, fields }) => ['HDEL', key, ...fields],
  hexists: ({ key, field }) => ['HEXISTS', key, field],
  hgetall: ({ key }) => ['HGETALL', key],
  hmget: ({ key, fields }) => ['HMGET', key, ...fields],
  hlen: ({ key }) => ['HLEN', key],
  hincrby: ({ key, field, by }) => ['HINCRBY', key, field, by],
  mget: ({ keys }) => ['MGET', ...keys],
  mset: ({ pairs }) => ['MSET', ...pairs],
  incrby: ({ key, by }) => ['INCRBY', key, by],
  type: ({ key }) => ['TYPE', key],
  keys: ({ pattern }) => ['KEYS', pattern],
  flushall: () => ['FLUSHALL'],
};

/** A checked command in the words of Redis. */
export function toCall<N extends CommandName>(command: Command<N>): RawArgument[] {
  const call = CALLS[command.name] as (command: Command<N>) => RawArgument[];
  return call(command);
}

/** Decimal text without an exponent, however large the number. */
function whole(ms: number): string {
  return String(BigInt(Math.floor(ms)));
}
