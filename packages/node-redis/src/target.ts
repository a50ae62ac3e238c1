import { ConfigurationError, integerOption, stringOption } from '@cachefb/core';
import { parseRedisUrl, type ServerAddress } from '@cachefb/redis/base';
import type {
  RedisClientOptions,
  RedisFunctions,
  RedisModules,
  RedisScripts,
  RespVersions,
} from 'redis';
import type { SocketOptions } from './create-client.js';

/** Options of node-redis, of either version. */
export type NodeRedisOptions = RedisClientOptions<
  RedisModules,
  RedisFunctions,
  RedisScripts,
  RespVersions
>;

/** A client of node-redis (version 5 or 6): what is looked at to copy its options. */
export interface NodeRedisClient {
  readonly options?: object | undefined;
  readonly isOpen: boolean;
  /** Marks it as a client; it is not called. */
  duplicate(...args: never[]): unknown;
  /** Marks it as a client; it is not called. */
  sendCommand(...args: never[]): unknown;
}

/**
 * Where a Redis is: a `redis:` or `rediss:` URL, options of node-redis, or a client of node-redis whose options are copied.
 * A client handed in is neither used nor closed.
 */
export type NodeRedisTarget = string | NodeRedisOptions | NodeRedisClient;

/** The server, and how node-redis gets there. */
export interface Target extends ServerAddress {
  readonly socket: SocketOptions;
  /** Logs in, where there is no password. */
  readonly credentialsProvider: RedisClientOptions['credentialsProvider'] | undefined;
}

/** What is read of the options, whoever gave them. */
interface Given {
  readonly url?: unknown;
  readonly socket?: SocketGiven;
  readonly username?: string;
  readonly password?: string;
  readonly database?: number;
  readonly name?: string;
  readonly keyPrefix?: string;
  readonly credentialsProvider?: RedisClientOptions['credentialsProvider'];
}

interface SocketGiven {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly family?: number;
  readonly tls?: boolean;
}

/** Reads where a Redis is, or throws a `ConfigurationError` that names the option and hides passwords. */
export function readTarget(option: string, target: unknown): Target {
  const given = readGiven(option, target);
  checkGiven(option, given);
  const { socket = {}, username, password, database, name, keyPrefix } = given;
  const { host, port, path } = socket;
  // Of name and password node-redis makes a provider of its own, which is not needed beside them.
  const isOwn = username || password;
  return {
    address: path ?? `${host ?? 'localhost'}:${port ?? 6379}`,
    username: username || undefined,
    password: password || undefined,
    db: Number(database ?? 0),
    keyPrefix: keyPrefix ?? '',
    connectionName: name || undefined,
    socket: { ...socket } as SocketOptions,
    credentialsProvider: isOwn ? undefined : given.credentialsProvider,
  };
}

function readGiven(option: string, target: unknown): Given {
  if (typeof target === 'string') return fromUrl(option, target);
  if (typeof target !== 'object' || target === null) throw unknownTarget(option, target);
  refuseOthers(option, target);
  if (isClient(target)) {
    // Its URL is among its options already.
    const { url: _, ...options } = (target.options ?? {}) as Given;
    return options;
  }
  const { url, ...options } = target as Given;
  if (url === undefined) return options;
  if (typeof url !== 'string') throw new ConfigurationError(`${option}.url`, url, 'a string');
  const { socket, ...others } = fromUrl(`${option}.url`, url);
  const { tls } = options.socket ?? {};
  if (tls !== undefined && tls !== socket?.tls) {
    throw new ConfigurationError(`${option}.socket.tls`, tls, 'as the URL has it');
  }
  return { ...options, ...others, socket: { ...options.socket, ...socket } };
}

function fromUrl(option: string, text: string): Given {
  const { host, port, family, tls, db, ...login } = parseRedisUrl(option, text);
  const socket = {
    host,
    tls: tls !== undefined,
    ...(port !== undefined && { port }),
    ...(family !== undefined && { family }),
  };
  return { ...login, socket, ...(db !== undefined && { database: db }) };
}

function checkGiven(option: string, given: Given): void {
  const { socket, database, keyPrefix } = given;
  const at = (name: string) => `${option}.${name}`;
  if (socket !== undefined && (typeof socket !== 'object' || socket === null)) {
    throw new ConfigurationError(at('socket'), socket, "an object with node-redis's options of it");
  }
  const { host, port, path, tls } = socket ?? {};
  if (host != null) stringOption(at('socket.host'), host, '');
  if (path != null) stringOption(at('socket.path'), path, '');
  if (port != null) integerOption(at('socket.port'), Number(port), 0, { min: 1, max: 65_535 });
  if (tls != null && typeof tls !== 'boolean') {
    throw new ConfigurationError(at('socket.tls'), tls, 'true or false');
  }
  if (database != null) integerOption(at('database'), Number(database), 0);
  if (keyPrefix != null && typeof keyPrefix !== 'string') {
    throw new ConfigurationError(at('keyPrefix'), keyPrefix, 'a string');
  }
  for (const name of ['username', 'password'] as const) {
    const value: unknown = given[name];
    if (value != null && typeof value !== 'string') {
      throw new ConfigurationError(at(name), '***', 'a string');
    }
  }
}

/** Where node-redis has what is called so elsewhere; by itself it would ignore it, and connect to localhost. */
const MOVED: Readonly<Record<string, string>> = {
  host: 'socket.host',
  port: 'socket.port',
  path: 'socket.path',
  tls: 'socket.tls',
  db: 'database',
};

function refuseOthers(option: string, target: object): void {
  if (Array.isArray(target) || 'rootNodes' in target || 'masters' in target) {
    throw notYet(option, 'a cluster');
  }
  if ('sentinelRootNodes' in target || 'getSentinelNode' in target) {
    throw notYet(option, 'Sentinel');
  }
  if ('totalClients' in target) throw notYet(option, 'a pool');
  if ('status' in target && 'duplicate' in target) {
    const found = 'a client of ioredis';
    throw new ConfigurationError(option, found, 'one of node-redis, or RedisBackend for this one');
  }
  for (const [name, instead] of Object.entries(MOVED)) {
    if (!(name in target)) continue;
    const value: unknown = Reflect.get(target, name);
    throw new ConfigurationError(`${option}.${name}`, value, `given as ${option}.${instead}`);
  }
}

/** Several copies of node-redis may be installed, so that `instanceof` says nothing. */
function isClient(target: object): target is NodeRedisClient {
  const { isOpen, duplicate, sendCommand } = target as Partial<NodeRedisClient>;
  return (
    typeof isOpen === 'boolean' &&
    typeof duplicate === 'function' &&
    typeof sendCommand === 'function'
  );
}

function unknownTarget(option: string, target: unknown): ConfigurationError {
  return new ConfigurationError(option, target, "a URL, node-redis's options or a client of it");
}

function notYet(option: string, what: string): ConfigurationError {
  return new ConfigurationError(option, what, 'a single Redis; anything else is not supported yet');
}
