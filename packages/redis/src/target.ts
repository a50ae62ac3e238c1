import { ConfigurationError, integerOption, stringOption } from '@cachefb/core';
import type { RedisOptions } from 'ioredis';
import { parseRedisUrl } from './base/redis-url.js';
import type { ServerAddress } from './base/server-address.js';

/** An ioredis client (version 5 or 6): what is looked at to copy its options. */
export interface IoredisClient {
  readonly options: object;
  readonly status: string;
  /** Marks it as a client; it is not called. */
  duplicate(...args: never[]): unknown;
}

/**
 * Where a Redis is: a `redis:` or `rediss:` URL, ioredis's options, or an ioredis client whose options are copied. A
 * client handed in is neither used nor closed.
 */
export type RedisTarget = string | RedisOptions | IoredisClient;

/** The server, and how ioredis gets there. */
export interface Target extends ServerAddress {
  readonly options: RedisOptions;
}

/** Reads where a Redis is, or throws a `ConfigurationError` that names the option and hides passwords. */
export function readTarget(option: string, target: unknown): Target {
  const options = readOptions(option, target);
  const { host, port, path } = options;
  const address = path ?? `${host ?? 'localhost'}:${port ?? 6379}`;
  return {
    address,
    username: options.username || undefined,
    password: options.password || undefined,
    db: Number(options.db ?? 0),
    keyPrefix: options.keyPrefix ?? '',
    connectionName: options.connectionName || undefined,
    options,
  };
}

function readOptions(option: string, target: unknown): RedisOptions {
  if (typeof target === 'string') return parseRedisUrl(option, target);
  if (typeof target !== 'object' || target === null) {
    throw new ConfigurationError(option, target, "a URL, ioredis's options or an ioredis client");
  }
  if (isCluster(target)) throw notYet(option, 'a cluster');
  const options: RedisOptions = isClient(target) ? { ...target.options } : { ...target };
  if (options.sentinels) throw notYet(option, 'Sentinel');
  checkOptions(option, options);
  return options;
}

function checkOptions(option: string, options: RedisOptions): void {
  const { host, port, path, db, keyPrefix } = options;
  const at = (name: string) => `${option}.${name}`;
  if (host != null) stringOption(at('host'), host, '');
  if (path != null) stringOption(at('path'), path, '');
  if (port != null) integerOption(at('port'), Number(port), 0, { min: 1, max: 65_535 });
  if (db != null) integerOption(at('db'), Number(db), 0);
  if (keyPrefix != null && typeof keyPrefix !== 'string') {
    throw new ConfigurationError(at('keyPrefix'), keyPrefix, 'a string');
  }
  for (const name of ['username', 'password'] as const) {
    const value: unknown = options[name];
    if (value != null && typeof value !== 'string') {
      throw new ConfigurationError(at(name), '***', 'a string');
    }
  }
}

/** Several copies of ioredis may be installed, so that `instanceof` says nothing. */
function isClient(target: object): target is IoredisClient {
  const { options, status, duplicate } = target as Partial<IoredisClient>;
  return (
    typeof options === 'object' && typeof status === 'string' && typeof duplicate === 'function'
  );
}

function isCluster(target: object): boolean {
  if (Array.isArray(target)) return true;
  const { isCluster, nodes } = target as { isCluster?: unknown; nodes?: unknown };
  return isCluster === true || (Array.isArray(nodes) && !isClient(target));
}

function notYet(option: string, what: string): ConfigurationError {
  return new ConfigurationError(option, what, 'a single Redis; anything else is not supported yet');
}
