import { resolveRedisInstance } from './instances.js';
import { RedisBackend } from './redis-backend.js';

/**
 * A backend for a named instance, not yet connected: `await getRedisClient('sessions').connect()`. For a client that goes
 * on while its Redis is away, see the function of this name in the manager.
 *
 * @param name - as given to `defineRedisInstances`. Default: `'default'`.
 * @param environment - Default: `NODE_ENV`, else `'development'`.
 * @throws ConfigurationError for a name or an environment that is not defined; it lists those that are.
 */
export function getRedisClient(name?: string, environment?: string): RedisBackend {
  return new RedisBackend(resolveRedisInstance(name, environment));
}
