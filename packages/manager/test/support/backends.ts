import { NodeRedisBackend } from '@cachefb/node-redis';
import type { CacheManagerConfig } from '../../src/index.js';

type Backend = readonly [
  client: string,
  redisAt: (url: string, timeout: number) => NonNullable<CacheManagerConfig['redis']>,
];

/** Set where `redis` is the older one: what doesn't stand on it runs elsewhere. */
const version = process.env.NODE_REDIS;

const ioredis: Backend = ['ioredis', (url) => url];
const nodeRedis: Backend = [
  `node-redis ${version ?? '6'}`,
  (url, timeout) => new NodeRedisBackend(url, { timeout }),
];

/** What a manager may have for its Redis: it doesn't know which. */
export const BACKENDS = version === undefined ? [ioredis, nodeRedis] : [nodeRedis];
