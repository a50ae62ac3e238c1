import { type CacheCommands, silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { RedisBackend } from '@cachefb/redis';
import { Redis } from 'ioredis';

/** What is measured of a client. */
export interface Client {
  readonly name: string;
  /** Put before each key. */
  readonly prefix: string;
  readonly get: (key: string) => Promise<string | null>;
  readonly set: (key: string, value: string) => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/** The name of the client that all others are compared with. */
export const PLAIN = 'ioredis';
/** The name of the same client when it joins the commands of one turn. */
export const PIPELINING = 'ioredis, auto pipelining';
/** A manager without critical keys. */
export const MANAGER = 'CacheManager';
/** Keys that are not critical, in a manager that has critical ones. */
export const BESIDE = 'CacheManager, other keys';
/** Keys of which a copy is kept in memory, in the same manager. */
export const CRITICAL = 'CacheManager, critical keys';

const CRITICAL_PREFIX = 'critical:';

/** Connects every client to one server. */
export async function connectClients(url: string): Promise<Client[]> {
  const backend = new RedisBackend(url);
  await backend.connect();
  const [plain, mirroring] = await Promise.all([connected(url), connected(url, CRITICAL_PREFIX)]);
  return [
    ioredis(PLAIN, new Redis(url)),
    ioredis(PIPELINING, new Redis(url, { enableAutoPipelining: true })),
    cache('RedisBackend', 'backend:', backend, () => backend.disconnect()),
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

function ioredis(name: string, redis: Redis): Client {
  return {
    name,
    prefix: 'ioredis:',
    get: (key) => redis.get(key),
    set: (key, value) => redis.set(key, value),
    close: () => redis.quit(),
  };
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
    get: (key) => commands.get(key),
    set: (key, value) => commands.set(key, value),
    close,
  };
}
