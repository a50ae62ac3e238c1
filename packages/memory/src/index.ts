export type { MemoryCacheConfig } from './config.js';
export { InMemoryCache } from './in-memory-cache.js';
export type { MemoryMetrics } from './metrics.js';
export type { SyncCache } from './sync-cache.js';
