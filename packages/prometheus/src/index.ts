export { type CacheMetricsOptions, collectCacheMetrics } from './collect-cache-metrics.js';
export type { ObservedCache } from './observed-cache.js';
