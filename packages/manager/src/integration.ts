import type { CacheMetrics, CacheProvider, HealthStatus } from '@cachefb/core';
import { CacheManager } from './cache-manager.js';
import type { CacheManagerConfig } from './config.js';

const DEFAULT = 'default';

/** The managers of this process by instance and environment, kept from the first call on. */
const managers = new Map<
  string,
  { readonly manager: CacheManager; readonly ready: Promise<CacheManager> }
>();

/** The manager of this process: created and initialised at the first call, whose `config` counts. */
export function getCacheManager(config?: CacheManagerConfig): Promise<CacheManager> {
  return keep(nameOf(DEFAULT, undefined), () => new CacheManager(config));
}

/**
 * A client of a named instance, with failover: created and initialised at the first call. The default one is the manager
 * of this process.
 */
export function getRedisClient(name = DEFAULT, environment?: string): Promise<CacheManager> {
  return keep(
    nameOf(name, environment),
    () =>
      new CacheManager({
        redisInstanceName: name,
        ...(environment !== undefined && { redisEnvironment: environment }),
      }),
  );
}

/** Runs an operation on the manager; answers `fallbackValue`, if one is given, where it rejects. */
export async function cacheOperation<T>(
  operation: (cache: CacheManager) => T | Promise<T>,
  ...fallback: [fallbackValue?: T]
): Promise<T> {
  return attempt(async () => operation(await getCacheManager()), fallback);
}

/** {@link cacheOperation}, under the name that code written for a client expects. */
export async function safeRedisOperation<T>(
  operation: (client: CacheManager) => T | Promise<T>,
  ...fallback: [fallbackValue?: T]
): Promise<T> {
  return attempt(async () => operation(await getRedisClient()), fallback);
}

/** Disconnects all managers of this process. The next call of a helper makes a new one. */
export async function disconnectRedis(): Promise<void> {
  const kept = [...managers.values()];
  managers.clear();
  await Promise.all(kept.map(({ manager }) => manager.disconnect()));
}

/** Whether Redis is well. */
export async function healthCheck(): Promise<boolean> {
  return (await getCacheHealthStatus()).isHealthy;
}

/** Who answers commands now. */
export async function getCurrentCacheProvider(): Promise<CacheProvider> {
  return (await getCacheManager()).getCurrentProvider();
}

/** How the connection to Redis fares. */
export async function getCacheHealthStatus(): Promise<HealthStatus> {
  return (await getCacheManager()).getHealthStatus();
}

/** The counters of the cache in memory. */
export async function getMemoryCacheMetrics(): Promise<CacheMetrics> {
  return (await getCacheManager()).getMemoryCacheMetrics();
}

/** Has Redis answer again; `true` once it does. */
export async function switchToRedis(): Promise<boolean> {
  return (await getCacheManager()).switchToRedis();
}

/** Has memory answer until {@link switchToRedis}. */
export async function switchToMemoryCache(): Promise<void> {
  (await getCacheManager()).switchToMemoryCache();
}

/** The state of the default connection in a word, as ioredis has it; `'end'` before the first use. */
export function getConnectionStatus(): string {
  return managers.get(nameOf(DEFAULT, undefined))?.manager.connectionStatus ?? 'end';
}

function keep(name: string, create: () => CacheManager): Promise<CacheManager> {
  const kept = managers.get(name);
  if (kept !== undefined) return kept.ready;
  let manager: CacheManager;
  try {
    manager = create();
  } catch (error) {
    return Promise.reject(error);
  }
  const ready = manager.initialize().then(() => manager);
  managers.set(name, { manager, ready });
  return ready;
}

function nameOf(name: string, environment: string | undefined): string {
  return JSON.stringify([name, environment ?? process.env.NODE_ENV ?? '']);
}

async function attempt<T>(operation: () => Promise<T>, fallback: [fallbackValue?: T]): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (fallback.length === 0 || fallback[0] === undefined) throw error;
    return fallback[0];
  }
}
