import type { CacheCommands } from '@cachefb/core';
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
/** Keys that are only passed on. */
export const MANAGER = 'CacheManager';
/** Keys of which a copy is kept in memory. */
export const CRITICAL = 'CacheManager, critical keys';

/** Connects every client to one server. */
export async function connectClients(url: string): Promise<Client[]> {
  const backend = new RedisBackend(url);
  await backend.connect();
  return [
    ioredis(PLAIN, new Redis(url)),
    ioredis(PIPELINING, new Redis(url, { enableAutoPipelining: true })),
    cache('RedisBackend', 'backend:', backend, () => backend.disconnect()),
  ];
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
