export { isInternalKey } from './base/internal-keys.js';
export type { RedisBackendOptions } from './base/options.js';
export { getRedisClient } from './get-redis-client.js';
export { defineRedisInstances, type RedisInstances, resolveRedisInstance } from './instances.js';
export { RedisBackend } from './redis-backend.js';
export type { IoredisClient, RedisTarget } from './target.js';
