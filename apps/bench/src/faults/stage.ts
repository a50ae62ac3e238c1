import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import {
  type RawArgument,
  type RawRedis,
  type RawReply,
  RedisServer,
  TcpProxy,
} from '@cachefb/testkit';
import { BACKENDS, type BackendName } from './backends.js';
import { CRITICAL_KEYS } from './caller.js';
import type { Fault } from './fault.js';

/** The longest a caller waits for Redis unless a fault asks otherwise, milliseconds. */
export const FAILOVER_TIMEOUT = 1000;

/** Everything that a fault happens to: a server, the way to it, and a cache over it. */
export class Stage {
  readonly server: RedisServer;
  readonly cache: CacheManager;
  readonly #proxy: TcpProxy | undefined;
  readonly #target: { port: number };
  readonly #password: string | undefined;
  readonly #extras: { close(): unknown }[] = [];
  #redis: Promise<RawRedis> | undefined;

  private constructor(
    fault: Fault,
    server: RedisServer,
    proxy: TcpProxy | undefined,
    target: { port: number },
    backend: BackendName,
  ) {
    this.server = server;
    this.#proxy = proxy;
    this.#target = target;
    this.#password = fault.password;
    const { host, port } = proxy ?? server;
    const { failoverTimeout = FAILOVER_TIMEOUT } = fault;
    this.cache = new CacheManager({
      redis: BACKENDS[backend](`redis://${fault.login ?? ''}${host}:${port}`, failoverTimeout),
      criticalKeys: CRITICAL_KEYS,
      failoverTimeout,
      // Sooner than by default, so that a fault which only a probe would see is seen while it lasts.
      healthCheckInterval: 1000,
      memoryCacheConfig: { maxSize: 10_000 },
      logger: silentLogger,
    });
  }

  /** Starts what a fault needs, up to a cache that is not connected yet. */
  static async set(fault: Fault, backend: BackendName): Promise<Stage> {
    const server = await RedisServer.start({ persistence: true, ...fault.server });
    const target = { port: server.port };
    const proxy = fault.proxy ? await TcpProxy.start({ target }) : undefined;
    return new Stage(fault, server, proxy, target, backend);
  }

  /** The proxy, of a fault that asked for one. */
  get proxy(): TcpProxy {
    if (this.#proxy === undefined) throw new Error('this fault has no proxy');
    return this.#proxy;
  }

  /** One command on a connection beside the cache's. */
  async call(...args: RawArgument[]): Promise<RawReply> {
    return (await this.redis()).call(...args);
  }

  /** A connection beside the cache's, opened when it is needed. */
  async redis(): Promise<RawRedis> {
    const redis = await this.#redis?.catch(() => undefined);
    if (redis?.open) return redis;
    this.#redis = this.connect();
    return this.#redis;
  }

  /** One connection more. */
  async connect(): Promise<RawRedis> {
    const redis = await this.server.connect();
    if (this.#password !== undefined) await redis.call('AUTH', this.#password);
    this.own(redis);
    return redis;
  }

  /** Has the server end the connections of everybody else. */
  async killClients(): Promise<void> {
    await this.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await this.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  }

  /** Has the proxy lead to another port from now on. */
  lead(port: number): void {
    this.#target.port = port;
    this.proxy.cut();
  }

  /** Ends something together with the stage. */
  own<T extends { close(): unknown }>(extra: T): T {
    this.#extras.push(extra);
    return extra;
  }

  /** Ends everything. */
  async strike(): Promise<void> {
    await this.cache.disconnect();
    await this.#proxy?.close();
    for (const extra of this.#extras) await extra.close();
    await this.server.close();
  }
}
