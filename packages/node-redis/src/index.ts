export type { RedisBackendOptions } from '@cachefb/redis/base';
export { NodeRedisBackend } from './node-redis-backend.js';
export type { NodeRedisClient, NodeRedisOptions, NodeRedisTarget } from './target.js';
