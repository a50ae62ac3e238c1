import type { FailoverCache } from '@cachefb/manager';

/** What is read of a manager. A `CacheManager` and a `FailoverCache` are one. */
export type ObservedCache = Pick<
  FailoverCache,
  'getHealthStatus' | 'getMemoryCacheMetrics' | 'getSyncStats' | 'on'
>;
