import { type CacheManagerConfig, compose } from './config.js';
import { FailoverCache } from './failover-cache.js';

/**
 * The cache that an application talks to: Redis while it is well, memory while it is not.
 *
 * Built from a configuration; each part can be handed in instead. For a manager made of parts only, without Redis or the
 * cache in memory by name, see {@link FailoverCache}.
 *
 * @example
 * ```ts
 * const cache = new CacheManager({ redis: 'redis://localhost:6379', criticalKeys: ['session:*'] });
 * await cache.initialize();
 * await cache.set('session:42', { user: 'ada' }, 60_000);
 * ```
 */
export class CacheManager extends FailoverCache {
  /** @throws ConfigurationError naming the option and its value. */
  constructor(config?: CacheManagerConfig) {
    super(compose(config));
  }
}
