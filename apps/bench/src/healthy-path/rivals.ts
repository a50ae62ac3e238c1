import { createClient as createClient5 } from '@redis/client';
import { GlideClient, TimeUnit } from '@valkey/valkey-glide';
import { Redis } from 'ioredis';
import { createClient as createClient6 } from 'redis';
import { type Client, type Commands, TTL } from './client.js';

/** The name of the client that all others are compared with. */
export const PLAIN = 'ioredis';
/** The name of the same client when it joins the commands of one turn. */
export const PIPELINING = 'ioredis, auto pipelining';

/** The name of node-redis without its timer for each command. */
export const UNTIMED = 'redis 6, no timeout';

/** Connects every other client to one server. */
export async function connectRivals(url: string): Promise<Client[]> {
  const node5 = createClient5({ url });
  const node6 = createClient6({ url });
  const node6Untimed = createClient6({ url, commandOptions: { timeout: 0 } });
  await Promise.all([node5.connect(), node6.connect(), node6Untimed.connect()]);
  return [
    ioredis(PLAIN, new Redis(url)),
    ioredis(PIPELINING, new Redis(url, { enableAutoPipelining: true })),
    nodeRedis('@redis/client 5', node5),
    nodeRedis('redis 6', node6),
    nodeRedis(UNTIMED, node6Untimed),
    await glide(url),
  ];
}

function ioredis(name: string, redis: Redis): Client {
  return {
    name,
    prefix: 'ioredis:',
    commands: {
      get: (key) => redis.get(key),
      set: (key, value) => redis.set(key, value),
      setTtl: (key, value) => redis.set(key, value, 'PX', TTL),
      incr: (key) => redis.incr(key),
      hget: (key, field) => redis.hget(key, field),
      hset: (key, field, value) => redis.hset(key, field, value),
      del: (key) => redis.del(key),
    },
    close: () => redis.quit(),
  };
}

/** What both versions have in common. */
interface NodeRedis {
  get: Commands['get'];
  set(key: string, value: string, options?: { PX: number }): Promise<unknown>;
  incr: Commands['incr'];
  hGet: Commands['hget'];
  hSet: Commands['hset'];
  del: Commands['del'];
  close(): Promise<unknown>;
}

function nodeRedis(name: string, redis: NodeRedis): Client {
  return {
    name,
    prefix: 'node-redis:',
    commands: {
      get: (key) => redis.get(key),
      set: (key, value) => redis.set(key, value),
      setTtl: (key, value) => redis.set(key, value, { PX: TTL }),
      incr: (key) => redis.incr(key),
      hget: (key, field) => redis.hGet(key, field),
      hset: (key, field, value) => redis.hSet(key, field, value),
      del: (key) => redis.del(key),
    },
    close: () => redis.close(),
  };
}

async function glide(url: string): Promise<Client> {
  const { hostname, port } = new URL(url);
  const client = await GlideClient.createClient({
    addresses: [{ host: hostname, port: Number(port) }],
    requestTimeout: 5000,
  });
  const expiry = { type: TimeUnit.Milliseconds, count: TTL } as const;
  return {
    name: 'valkey-glide',
    prefix: 'glide:',
    commands: {
      get: (key) => client.get(key),
      set: (key, value) => client.set(key, value),
      setTtl: (key, value) => client.set(key, value, { expiry }),
      incr: (key) => client.incr(key),
      hget: (key, field) => client.hget(key, field),
      hset: (key, field, value) => client.hset(key, { [field]: value }),
      del: (key) => client.del([key]),
    },
    close: async () => client.close(),
  };
}
