import {
  BaseRedisBackend,
  ClientLink,
  type ConnectionEvents,
  type RedisBackendOptions,
} from '@cachefb/redis/base';
import { prepareClients } from './create-client.js';
import { NodeRedisConnection } from './node-redis-connection.js';
import { type NodeRedisTarget, readTarget } from './target.js';

/**
 * A Redis as a `CacheBackend`, over node-redis 5 or 6: commands travel pipelined, every one is bounded by a deadline, none is
 * queued while there is no connection and none is ever sent twice, and every error says whose fault it is. It keeps every
 * promise of the backend over ioredis, and takes its place.
 *
 * It connects when told to, by `connect()` or `ping()`, and never by itself: between the loss of a connection and the next
 * of these calls, commands reject at once.
 *
 * @example
 * ```ts
 * const redis = new NodeRedisBackend('redis://localhost:6379', { timeout: 1000 });
 * await redis.connect();
 * await redis.set('greeting', 'hello', 60_000);
 * await redis.get('greeting'); // 'hello'
 * await redis.disconnect();
 * ```
 */
export class NodeRedisBackend extends BaseRedisBackend {
  /**
   * @param redis - a URL, options of node-redis, or a client of node-redis whose options are copied.
   * @throws ConfigurationError for anything else; it does not show passwords.
   */
  constructor(redis: NodeRedisTarget, options?: RedisBackendOptions) {
    const target = readTarget('redis', redis);
    prepareClients();
    const connection = (events: ConnectionEvents) => new NodeRedisConnection(target, events);
    super(target, (limits) => new ClientLink(target.address, limits, connection), options);
  }
}
