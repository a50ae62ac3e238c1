import { BaseRedisBackend } from './base/base-backend.js';
import type { ConnectionEvents } from './base/client-connection.js';
import { ClientLink } from './base/client-link.js';
import type { RedisBackendOptions } from './base/options.js';
import { IoredisConnection } from './ioredis-connection.js';
import { type RedisTarget, readTarget } from './target.js';

/**
 * A Redis as a `CacheBackend`, over ioredis: commands travel pipelined, every one is bounded by a deadline, none is queued
 * while there is no connection and none is ever sent twice, and every error says whose fault it is.
 *
 * It connects when told to, by `connect()` or `ping()`, and never by itself: between the loss of a connection and the next
 * of these calls, commands reject at once.
 *
 * @example
 * ```ts
 * const redis = new RedisBackend('redis://localhost:6379', { timeout: 1000 });
 * await redis.connect();
 * await redis.set('greeting', 'hello', 60_000);
 * await redis.get('greeting'); // 'hello'
 * await redis.disconnect();
 * ```
 */
export class RedisBackend extends BaseRedisBackend {
  /**
   * @param redis - a URL, ioredis's options, or an ioredis client whose options are copied.
   * @throws ConfigurationError for anything else; it does not show passwords.
   */
  constructor(redis: RedisTarget, options?: RedisBackendOptions) {
    const target = readTarget('redis', redis);
    const connection = (events: ConnectionEvents) => new IoredisConnection(target.options, events);
    super(target, (limits) => new ClientLink(target.address, limits, connection), options);
  }
}
