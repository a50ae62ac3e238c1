import { type CacheCommands, silentLogger } from '@cachefb/core';
import { CacheManager, type CacheManagerConfig } from '@cachefb/manager';
import { NodeRedisBackend } from '@cachefb/node-redis';
import { RedisBackend } from '@cachefb/redis';
import { type Client, TTL } from './client.js';
import { connectRivals } from './rivals.js';

/** A manager without critical keys. */
export const MANAGER = 'CacheManager';
/** Keys that are not critical, in a manager that has critical ones. */
export const BESIDE = 'CacheManager, other keys';
/** Keys of which a copy is kept in memory, in the same manager. */
export const CRITICAL = 'CacheManager, critical keys';
/** The adapters alone. */
const BACKEND = 'RedisBackend';
const NODE_REDIS = 'NodeRedisBackend';
/** A manager over the second of them. */
export const OVER_NODE_REDIS = 'CacheManager over node-redis';
/** The clients of this repository. */
export const OURS: readonly string[] = [
  BACKEND,
  MANAGER,
  BESIDE,
  CRITICAL,
  NODE_REDIS,
  OVER_NODE_REDIS,
];

const CRITICAL_PREFIX = 'critical:';

/** Connects every client to one server. */
export async function connectClients(url: string): Promise<Client[]> {
  const backend = new RedisBackend(url);
  const nodeRedis = new NodeRedisBackend(url);
  await Promise.all([backend.connect(), nodeRedis.connect()]);
  const [plain, mirroring, over] = await Promise.all([
    connected(url),
    connected(url, CRITICAL_PREFIX),
    connected(new NodeRedisBackend(url)),
  ]);
  return [
    ...(await connectRivals(url)),
    cache(BACKEND, 'backend:', backend, () => backend.disconnect()),
    cache(MANAGER, 'manager:', plain, () => plain.disconnect()),
    cache(BESIDE, 'beside:', mirroring, async () => {}),
    cache(CRITICAL, CRITICAL_PREFIX, mirroring, () => mirroring.disconnect()),
    cache(NODE_REDIS, 'node-redis:', nodeRedis, () => nodeRedis.disconnect()),
    cache(OVER_NODE_REDIS, 'over-node-redis:', over, () => over.disconnect()),
  ];
}

/** A manager on Redis; keys that begin with `critical`, if that is given, are mirrored. */
async function connected(
  redis: NonNullable<CacheManagerConfig['redis']>,
  critical?: string,
): Promise<CacheManager> {
  const manager = new CacheManager({
    redis,
    criticalKeys: critical === undefined ? [] : [`${critical}*`],
    logger: silentLogger,
  });
  await manager.initialize();
  if (manager.getCurrentProvider() !== 'redis') throw new Error('the manager is not on Redis');
  return manager;
}

function cache(
  name: string,
  prefix: string,
  commands: CacheCommands,
  close: () => Promise<void>,
): Client {
  return {
    name,
    prefix,
    commands: {
      get: (key) => commands.get(key),
      set: (key, value) => commands.set(key, value),
      setTtl: (key, value) => commands.set(key, value, TTL),
      incr: (key) => commands.incr(key),
      hget: (key, field) => commands.hget(key, field),
      hset: (key, field, value) => commands.hset(key, field, value),
      del: (key) => commands.del(key),
    },
    close,
  };
}
