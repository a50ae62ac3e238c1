import { CacheManager } from '@cachefb/manager';
import type { Screen } from '../screen/screen.js';
import type { Keys } from '../shop/keys.js';
import { storyLogger } from './logger.js';

/** The longest that a caller waits for Redis, milliseconds. */
export const FAILOVER_TIMEOUT = 1000;

/** The cache, as an application would configure it. */
export function createCache(redis: string, keys: Keys, screen: Screen): CacheManager {
  return new CacheManager({
    redis,
    criticalKeys: keys.critical,
    failoverTimeout: FAILOVER_TIMEOUT,
    healthCheckInterval: 1000,
    memoryCacheConfig: { maxSize: 20_000 },
    logger: storyLogger(screen),
  });
}
