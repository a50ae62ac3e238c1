import { ConfigurationError, inspect } from '@cachefb/core';
import type { RedisOptions } from 'ioredis';
import { type RedisTarget, readTarget } from './target.js';

/** Redis by environment (`production`, `development`, …), for each name that an application uses. */
export type RedisInstances = Readonly<Record<string, Readonly<Record<string, RedisTarget>>>>;

let definitions: ReadonlyMap<string, ReadonlyMap<string, RedisTarget>> | undefined;

/**
 * Says which Redis each name means in each environment, for the whole process. A second call replaces the first;
 * `undefined` takes it back.
 *
 * @example
 * ```ts
 * defineRedisInstances({
 *   default: { production: 'rediss://redis.internal', development: 'redis://localhost' },
 *   sessions: { production: 'rediss://sessions.internal', development: 'redis://localhost/1' },
 * });
 * ```
 */
export function defineRedisInstances(instances: RedisInstances | undefined): void {
  definitions = instances === undefined ? undefined : check(instances);
}

/**
 * What a `RedisBackend` is to be built on, by name. Without definitions the only name is `'default'`, and the environment
 * variables `REDIS_URL`, or `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD`, `REDIS_DB` and `REDIS_TLS`, say where it is;
 * without these, it is `localhost:6379`.
 *
 * @param name - the instance. Default: `'default'`.
 * @param environment - Default: `NODE_ENV`, else `'development'`.
 * @throws ConfigurationError for a name or an environment that is not defined; it lists those that are.
 */
export function resolveRedisInstance(
  name = 'default',
  environment = process.env.NODE_ENV || 'development',
): RedisTarget {
  const known = definitions === undefined ? ['default'] : [...definitions.keys()];
  if (!known.includes(name)) throw unknown('redisInstanceName', name, known);
  const environments = definitions?.get(name);
  if (environments === undefined) return fromVariables(process.env);
  const target = environments.get(environment);
  if (target === undefined) {
    throw unknown('redisEnvironment', environment, [...environments.keys()]);
  }
  return target;
}

function check(instances: RedisInstances): ReadonlyMap<string, ReadonlyMap<string, RedisTarget>> {
  const names = new Map<string, ReadonlyMap<string, RedisTarget>>();
  for (const [name, environments] of entriesOf('instances', instances)) {
    const targets = new Map<string, RedisTarget>();
    const option = `instances.${name}`;
    for (const [environment, target] of entriesOf(option, environments)) {
      readTarget(`${option}.${environment}`, target);
      targets.set(environment, target as RedisTarget);
    }
    names.set(name, targets);
  }
  return names;
}

function entriesOf(option: string, value: unknown): [string, unknown][] {
  const entries =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [];
  if (entries.length > 0) return entries;
  throw new ConfigurationError(option, value, 'an object with at least one entry');
}

function unknown(option: string, value: string, known: readonly string[]): ConfigurationError {
  return new ConfigurationError(option, value, `one of ${known.map(inspect).join(', ')}`);
}

/** The variables that may say where Redis is. */
interface Variables {
  readonly REDIS_URL?: string;
  readonly REDIS_HOST?: string;
  readonly REDIS_PORT?: string;
  readonly REDIS_PASSWORD?: string;
  readonly REDIS_DB?: string;
  readonly REDIS_TLS?: string;
}

const YES: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on']);
const NO: ReadonlySet<string> = new Set(['0', 'false', 'no', 'off']);

function fromVariables(variables: Variables): RedisTarget {
  const { REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_DB, REDIS_TLS } = variables;
  if (REDIS_URL) {
    readTarget('REDIS_URL', REDIS_URL);
    return REDIS_URL;
  }
  const options: RedisOptions = { host: REDIS_HOST || 'localhost', port: 6379 };
  if (REDIS_PORT) options.port = decimal('REDIS_PORT', REDIS_PORT, 1, 65_535);
  if (REDIS_PASSWORD) options.password = REDIS_PASSWORD;
  if (REDIS_DB) options.db = decimal('REDIS_DB', REDIS_DB, 0, Number.MAX_SAFE_INTEGER);
  if (REDIS_TLS && !NO.has(REDIS_TLS.toLowerCase())) {
    if (!YES.has(REDIS_TLS.toLowerCase())) {
      throw new ConfigurationError('REDIS_TLS', REDIS_TLS, 'true or false');
    }
    options.tls = {};
  }
  return options;
}

function decimal(option: string, text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new ConfigurationError(option, text, `an integer from ${min} to ${max}`);
}
