export {
  CacheError,
  type CacheMetrics,
  type CacheProvider,
  CacheTimeoutError,
  CacheUnavailableError,
  ConfigurationError,
  type HealthStatus,
  ReplyError,
  type SyncStats,
} from '@cachefb/core';
export { defineRedisInstances } from '@cachefb/redis';
export type { KeyPolicy } from '@cachefb/sync';
export { CacheManager } from './cache-manager.js';
export type { CommandMessage } from './command-channel.js';
export type { CacheManagerConfig } from './config.js';
export type { FailoverReason, ManagerEvents } from './events.js';
export { FailoverCache } from './failover-cache.js';
export type { FailoverCacheOptions, SyncOptions } from './failover-options.js';
export type { GetOrSetOptions } from './get-or-set.js';
export {
  type HealthHandler,
  type HealthHandlerOptions,
  healthHandler,
  type ProbedCache,
} from './health-handler.js';
export {
  cacheOperation,
  disconnectRedis,
  getCacheHealthStatus,
  getCacheManager,
  getConnectionStatus,
  getCurrentCacheProvider,
  getMemoryCacheMetrics,
  getRedisClient,
  healthCheck,
  safeRedisOperation,
  switchToMemoryCache,
  switchToRedis,
} from './integration.js';
export { logger } from './logger.js';
export {
  nextState,
  type ProviderSignal,
  type ProviderState,
  TRANSITIONS,
} from './provider-state.js';
