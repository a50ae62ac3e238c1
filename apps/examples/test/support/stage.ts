import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { RedisServer, waitFor } from '@cachefb/testkit';
import type { Express } from 'express';

/** A Redis that can be killed, and what stands on it. */
export class Stage {
  readonly redis: RedisServer;
  readonly #caches: CacheManager[] = [];
  readonly #servers: Server[] = [];

  private constructor(redis: RedisServer) {
    this.redis = redis;
  }

  static async open(): Promise<Stage> {
    return new Stage(await RedisServer.start());
  }

  /** The cache of one process. */
  async cache(criticalKeys: readonly string[] = []): Promise<CacheManager> {
    const cache = new CacheManager({
      redis: this.redis.url,
      criticalKeys,
      failoverTimeout: 1000,
      logger: silentLogger,
    });
    this.#caches.push(cache);
    await cache.initialize();
    return cache;
  }

  /** Serves an application; answers its address. */
  async serve(app: Express): Promise<string> {
    const server = app.listen(0, '127.0.0.1');
    this.#servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Kills Redis, and waits until every process has noticed. */
  async kill(): Promise<void> {
    await this.redis.kill();
    await this.#are('memory');
  }

  /** Starts it again, with its data, and waits until everything is brought back. */
  async restart(): Promise<void> {
    await this.redis.restart();
    await this.#are('redis');
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.all(this.#caches.map((cache) => cache.disconnect()));
    await this.redis.close();
  }

  #are(provider: 'redis' | 'memory'): Promise<boolean> {
    return waitFor(() => this.#caches.every((cache) => cache.getCurrentProvider() === provider), {
      timeout: 20_000,
      message: `all answer from ${provider}`,
    });
  }
}
