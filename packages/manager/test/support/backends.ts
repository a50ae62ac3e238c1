import { NodeRedisBackend } from '@cachefb/node-redis';
import type { CacheManagerConfig } from '../../src/index.js';

/** What a manager may have for its Redis: it doesn't know which. */
export const BACKENDS: readonly [
  client: string,
  redisAt: (url: string, timeout: number) => NonNullable<CacheManagerConfig['redis']>,
][] = [
  ['ioredis', (url) => url],
  ['node-redis', (url, timeout) => new NodeRedisBackend(url, { timeout })],
];
