import { type CacheCommands, silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { RedisBackend } from '@cachefb/redis';
import { type Client, TTL } from './client.js';
import { connectRivals } from './rivals.js';

/** A manager without critical keys. */
export const MANAGER = 'CacheManager';
/** Keys that are not critical, in a manager that has critical ones. */
export const BESIDE = 'CacheManager, other keys';
/** Keys of which a copy is kept in memory, in the same manager. */
export const CRITICAL = 'CacheManager, critical keys';
/** The adapter alone. */
const BACKEND = 'RedisBackend';
/** The clients of this repository. */
export const OURS: readonly string[] = [BACKEND, MANAGER, BESIDE, CRITICAL];

const CRITICAL_PREFIX = 'critical:';

/** Connects every client to one server. */
export async function connectClients(url: string): Promise<Client[]> {
  const backend = new RedisBackend(url);
  await backend.connect();
  const [plain, mirroring] = await Promise.all([connected(url), connected(url, CRITICAL_PREFIX)]);
  return [
    ...(await connectRivals(url)),
    cache(BACKEND, 'backend:', backend, () => backend.disconnect()),
    cache(MANAGER, 'manager:', plain, () => plain.disconnect()),
    cache(BESIDE, 'beside:', mirroring, async () => {}),
    cache(CRITICAL, CRITICAL_PREFIX, mirroring, () => mirroring.disconnect()),
  ];
}

/** A manager on Redis; keys that begin with `critical`, if that is given, are mirrored. */
async function connected(url: string, critical?: string): Promise<CacheManager> {
  const manager = new CacheManager({
    redis: url,
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
