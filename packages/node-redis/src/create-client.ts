import * as redis from 'redis';
import type { Target } from './target.js';

/** A client of node-redis, with nothing in its type that differs from one version to the other. */
export type Client = Pick<
  ReturnType<typeof redis.createClient>,
  'isOpen' | 'on' | 'once' | 'connect' | 'destroy' | 'sendCommand' | 'subscribe'
>;

/** How a client gets to its server. */
export type SocketOptions = NonNullable<redis.RedisClientOptions['socket']>;

/**
 * Everything by which node-redis would reconnect, queue, time out or ask on its own is off, and so is what is done here:
 * logging in with a password, choosing the database, prefixes.
 */
const OURS = {
  disableOfflineQueue: true,
  disableClientInfo: true,
  maintNotifications: 'disabled',
  // Version 6 would set a timer for each command.
  commandOptions: { timeout: 0 },
  // Version 5 speaks protocol 2 unless it is told to, and would say hello before anybody has logged in.
  ...('DEFAULT_RESP' in redis ? { RESP: 2 as const } : {}),
} satisfies redis.RedisClientOptions<
  redis.RedisModules,
  redis.RedisFunctions,
  redis.RedisScripts,
  2
>;

/** Every call of `createClient` may put together a class of several hundred commands; a duplicate has that already. */
let model: ReturnType<typeof redis.createClient> | undefined;

/** Does what takes long, so that it is not done while somebody waits for a connection. */
export function prepareClients(): void {
  model ??= redis.createClient();
}

/** Makes a client that still has to connect. */
export function createUnconnectedClient(
  { credentialsProvider }: Target,
  socket: SocketOptions,
): Client {
  model ??= redis.createClient();
  return model.duplicate({
    ...OURS,
    ...(credentialsProvider && { credentialsProvider }),
    socket: { ...socket, connectTimeout: 0, socketTimeout: 0 },
  });
}
