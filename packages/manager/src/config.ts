import {
  booleanOption,
  type CacheBackend,
  ConfigurationError,
  type CriticalStore,
  integerOption,
  type LoadProgress,
  type Logger,
  optionsObject,
  stringOption,
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import { InMemoryCache, type MemoryCacheConfig } from '@cachefb/memory';
import { RedisBackend, type RedisTarget, resolveRedisInstance } from '@cachefb/redis';
import type { KeyPolicy } from '@cachefb/sync';
import type { FailoverCacheOptions } from './failover-options.js';
import { adaptLogger, logger } from './logger.js';
import { persistenceOf } from './persistence/config.js';

/** Configuration of a {@link CacheManager}. Every option may be left out. */
export interface CacheManagerConfig {
  /** A URL, options of ioredis, a client of ioredis, or any backend. @defaultValue from `redisInstanceName` */
  readonly redis?: RedisTarget | CacheBackend;
  /** A name given to `defineRedisInstances`. @defaultValue `'default'` */
  readonly redisInstanceName?: string;
  /** The environment of the named instance. @defaultValue `NODE_ENV` */
  readonly redisEnvironment?: string;
  /** Configuration of the cache in memory, or any backend in its place. */
  readonly memoryCacheConfig?: MemoryCacheConfig | CacheBackend;
  /** Milliseconds between probes while Redis is well. @defaultValue `30000` */
  readonly healthCheckInterval?: number;
  /** The longest a caller waits for Redis before memory answers, milliseconds. @defaultValue `5000` */
  readonly failoverTimeout?: number;
  /** Bring changes back on recovery. @defaultValue `true` */
  readonly enableDataSync?: boolean;
  /** Records a batch of the way back. @defaultValue `100` */
  readonly syncBatchSize?: number;
  /** Attempts at a batch before the pauses grow. @defaultValue `3` */
  readonly syncRetryAttempts?: number;
  /** Records waiting at most; past it the oldest are given up, counted and reported. @defaultValue `100000` */
  readonly maxPendingRecords?: number;
  /** Age of a waiting record at most, milliseconds. @defaultValue `86400000` (a day) */
  readonly maxPendingAge?: number;
  /** Globs of keys that are mirrored, served and brought back. @defaultValue `[]` */
  readonly criticalKeys?: readonly string[];
  /** Policies by pattern; the first match counts. @defaultValue `[]` */
  readonly keyPolicies?: readonly KeyPolicy[];
  /**
   * Where critical data survives the process: an `LmdbStore` of `@cachefb/persistence`, for instance. Critical keys, and
   * those whose policy says `persist`, have their copies and above all their unsynchronised changes in it. It is this
   * manager's own, and closed by `disconnect()`.
   * @defaultValue none
   */
  readonly store?: CriticalStore;
  /** Called while the `store` is loaded at the start. @defaultValue none */
  readonly onLoadProgress?: (progress: LoadProgress) => void;
  /** Anything with `debug`, `info`, `warn` and `error`, or a pino logger. @defaultValue pino at `info` */
  readonly logger?: Logger;
  /** A health monitor of one's own in place of the one that is built. */
  readonly health?: HealthMonitor;
}

const NAMES = [
  'redis',
  'redisInstanceName',
  'redisEnvironment',
  'memoryCacheConfig',
  'healthCheckInterval',
  'failoverTimeout',
  'enableDataSync',
  'syncBatchSize',
  'syncRetryAttempts',
  'maxPendingRecords',
  'maxPendingAge',
  'criticalKeys',
  'keyPolicies',
  'store',
  'onLoadProgress',
  'logger',
  'health',
] as const;

const LONGEST_TIMER = 2 ** 31 - 1;
const MEMORY_SIZE = 2000;

/**
 * Checks a configuration and builds the parts of a manager: the one place that names concrete ones.
 *
 * @throws ConfigurationError naming the option and its value.
 */
export function compose(config: CacheManagerConfig | undefined): FailoverCacheOptions {
  const given = optionsObject<CacheManagerConfig>('', config, NAMES);
  const failoverTimeout = integerOption('failoverTimeout', given.failoverTimeout, 5000, {
    min: 1,
    max: LONGEST_TIMER,
  });
  const log = adaptLogger(loggerOption(given.logger));
  return {
    primary: primaryOf(given, { timeout: failoverTimeout, logger: log }),
    fallback: fallbackOf(given.memoryCacheConfig),
    failoverTimeout,
    healthCheckInterval: integerOption('healthCheckInterval', given.healthCheckInterval, 30_000, {
      min: 1,
      max: LONGEST_TIMER,
    }),
    sync: {
      enabled: booleanOption('enableDataSync', given.enableDataSync, true),
      batchSize: integerOption('syncBatchSize', given.syncBatchSize, 100, { min: 1, max: 10_000 }),
      retryAttempts: integerOption('syncRetryAttempts', given.syncRetryAttempts, 3, { min: 1 }),
      maxPendingRecords: integerOption('maxPendingRecords', given.maxPendingRecords, 100_000, {
        min: 1,
      }),
      maxPendingAge: integerOption('maxPendingAge', given.maxPendingAge, 86_400_000, { min: 1 }),
    },
    criticalKeys: given.criticalKeys ?? [],
    keyPolicies: given.keyPolicies ?? [],
    mirrorLimit: mirrorLimitOf(given.memoryCacheConfig),
    ...persistenceOf(
      given,
      isBackend(given.memoryCacheConfig) ? undefined : given.memoryCacheConfig,
    ),
    logger: log,
    ...(given.health !== undefined && { health: given.health }),
  };
}

function primaryOf(
  given: Partial<CacheManagerConfig>,
  options: { readonly timeout: number; readonly logger: Logger },
): CacheBackend {
  const { redis } = given;
  if (redis === undefined) {
    const name = stringOption('redisInstanceName', given.redisInstanceName, 'default');
    const environment =
      given.redisEnvironment === undefined
        ? undefined
        : stringOption('redisEnvironment', given.redisEnvironment, '');
    return new RedisBackend(resolveRedisInstance(name, environment), options);
  }
  if (given.redisInstanceName !== undefined) {
    throw new ConfigurationError(
      'redisInstanceName',
      given.redisInstanceName,
      'nothing beside the option redis',
    );
  }
  if (isBackend(redis)) return redis;
  if (typeof redis === 'string' || (typeof redis === 'object' && redis !== null)) {
    return new RedisBackend(redis, options);
  }
  throw new ConfigurationError('redis', redis, 'a URL, ioredis options, a client or a backend');
}

function fallbackOf(config: CacheManagerConfig['memoryCacheConfig']): CacheBackend {
  if (isBackend(config)) return config;
  // What memory holds while Redis answers is not what Redis holds: the manager persists what is to come back.
  if (typeof config !== 'object' || config === null) return new InMemoryCache(config);
  const { persistCriticalData: _, persistKeyPrefix: __, store: ___, ...rest } = config;
  return new InMemoryCache(rest);
}

/** As many copies as memory holds entries; some, where the fallback is not ours. */
function mirrorLimitOf(config: CacheManagerConfig['memoryCacheConfig']): number {
  return isBackend(config) ? MEMORY_SIZE : (config?.maxSize ?? MEMORY_SIZE);
}

function isBackend(value: unknown): value is CacheBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    'apply' in value &&
    typeof value.apply === 'function' &&
    'read' in value &&
    typeof value.read === 'function'
  );
}

function loggerOption(value: unknown): Logger {
  if (value === undefined) return adaptLogger(logger);
  const complete =
    typeof value === 'object' &&
    value !== null &&
    ['debug', 'info', 'warn', 'error'].every(
      (level) => typeof (value as Record<string, unknown>)[level] === 'function',
    );
  if (complete) return value as Logger;
  throw new ConfigurationError('logger', value, 'a logger with debug, info, warn and error');
}
