export type { MemoryCacheConfig } from './config.js';
export { InMemoryCache } from './in-memory-cache.js';
export type { MemoryMetrics, PersistenceMetrics } from './metrics.js';
export type { SyncCache } from './sync-cache.js';
