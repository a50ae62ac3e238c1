import type { CacheCommands } from './cache-commands.js';
import type { Command, CommandName, Reply } from './command.js';

type Runners = {
  [N in CommandName]: (cache: CacheCommands, command: Command<N>) => Promise<Reply<N>>;
};

const RUNNERS: Runners = {
  get: (cache, { key }) => cache.get(key),
  set: (cache, command) => {
    const { key, value, ttl, deadline, keepTtl, nx, xx, get } = command;
    if (deadline === undefined) return cache.set(key, value, { ttl, keepTtl, nx, xx, get });
    const words = [deadline, ...(nx ? ['NX'] : []), ...(xx ? ['XX'] : []), ...(get ? ['GET'] : [])];
    return cache.set(key, value, 'PXAT', ...words);
  },
  del: (cache, { keys }) => cache.del(...keys),
  exists: (cache, { keys }) => cache.exists(...keys),
  pexpire: (cache, { key, ms, mode }) => cache.pexpire(key, BigInt(ms), mode),
  persist: (cache, { key }) => cache.persist(key),
  ttl: (cache, { key }) => cache.ttl(key),
  pttl: (cache, { key }) => cache.pttl(key),
  hget: (cache, { key, field }) => cache.hget(key, field),
  hset: (cache, { key, pairs }) => cache.hset(key, pairs),
  hdel: (cache, { key, fields }) => cache.hdel(key, ...fields),
  hexists: (cache, { key, field }) => cache.hexists(key, field),
  hgetall: (cache, { key }) => cache.hgetall(key),
  hmget: (cache, { key, fields }) => cache.hmget(key, ...fields),
  hlen: (cache, { key }) => cache.hlen(key),
  hincrby: (cache, { key, field, by }) => cache.hincrby(key, field, by),
  mget: (cache, { keys }) => cache.mget(...keys),
  mset: (cache, { pairs }) => cache.mset(pairs),
  incrby: (cache, { key, by }) => cache.incrby(key, by),
  type: (cache, { key }) => cache.type(key),
  keys: (cache, { pattern }) => cache.keys(pattern),
  flushall: (cache) => cache.flushall(),
};

/** Runs a checked command on any cache by its public methods, for those that have no `execute` of their own. */
export function runCommand<N extends CommandName>(
  cache: CacheCommands,
  command: Command<N>,
): Promise<Reply<N>> {
  const run = RUNNERS[command.name] as (
    cache: CacheCommands,
    command: Command<N>,
  ) => Promise<Reply<N>>;
  return run(cache, command);
}
