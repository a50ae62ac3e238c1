import { Redis, type RedisOptions } from 'ioredis';
import { AS_GIVEN, type Contestant } from './contestant.js';

/** Options of a client of one server. */
export type Options = Omit<RedisOptions, 'replyMapping'>;

/** Every wait is short, and no command waits for a connection or is sent twice. */
export const TUNED: Options = {
  commandTimeout: 500,
  socketTimeout: 1000,
  connectTimeout: 1000,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  maxLoadingRetryTime: 1000,
  keepAlive: 5000,
  retryStrategy: (times) => Math.min(50 * 2 ** times, 1000),
};

export const IOREDIS: readonly Contestant[] = [
  contestant('ioredis', 'defaults', {}),
  contestant('ioredis, tuned', 'short time-outs, no offline queue, no retries of a command', TUNED),
];

function contestant(name: string, about: string, options: Options): Contestant {
  return {
    name,
    about,
    packages: ['ioredis'],
    ...AS_GIVEN,
    async open(port) {
      const redis = await openRedis(port, options);
      return {
        get: (key) => redis.get(key),
        set: (key, value, ttl) => redis.set(key, value, 'PX', ttl),
        del: (key) => redis.del(key),
        count: (key) => redis.incr(key),
        close: async () => redis.disconnect(),
      };
    },
  };
}

/** A client that is connected, or whose first attempt has failed. */
export async function openRedis(port: number, options: Options): Promise<Redis> {
  const redis = new Redis({ ...options, host: '127.0.0.1', port });
  await new Promise<void>((resolve) => {
    redis.once('ready', resolve);
    // It goes on trying; without a listener it prints each attempt.
    redis.on('error', () => resolve());
  });
  return redis;
}
