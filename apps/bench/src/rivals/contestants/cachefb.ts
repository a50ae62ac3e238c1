import { silentLogger } from '@cachefb/core';
import { CacheManager, type CacheManagerConfig } from '@cachefb/manager';
import { AS_GIVEN, type Contestant } from './contestant.js';

/** Keys that this run writes, deletes and counts. */
const criticalKeys = ['page:*', 'gone:*', 'shared:*', 'counter:*'];

export const CACHEFB: readonly Contestant[] = [
  contestant('cachefb', 'critical keys, otherwise defaults', { criticalKeys }),
  contestant('cachefb, 500 ms', 'critical keys, `failoverTimeout: 500`', {
    criticalKeys,
    failoverTimeout: 500,
  }),
  contestant('cachefb, no critical keys', 'defaults', {}),
];

function contestant(name: string, about: string, config: CacheManagerConfig): Contestant {
  return {
    name,
    about,
    packages: [],
    ...AS_GIVEN,
    async open(port) {
      const redis = `redis://127.0.0.1:${port}`;
      const cache = new CacheManager({ ...config, redis, logger: silentLogger });
      await cache.initialize();
      return {
        get: (key) => cache.get(key),
        set: (key, value, ttl) => cache.set(key, value, ttl),
        del: (key) => cache.del(key),
        count: (key) => cache.incr(key),
        ambiguous: () => cache.getSyncStats().ambiguous,
        close: () => cache.disconnect(),
      };
    },
  };
}
