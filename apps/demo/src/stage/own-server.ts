import { type RawRedis, RedisServer } from '@cachefb/testkit';
import type { Return, Stage } from './stage.js';

/** A redis-server of the demo's own, which is killed for real. */
export class OwnServer implements Stage {
  readonly mayLoseData = true;
  readonly description: string;
  readonly #server: RedisServer;

  private constructor(server: RedisServer, version: string) {
    this.#server = server;
    this.description = `redis-server ${version} on ${server.host}:${server.port}, process ${server.pid}`;
  }

  static async start(program: string): Promise<OwnServer> {
    const server = await RedisServer.start({ program });
    const info = String(await server.call('INFO', 'server'));
    return new OwnServer(server, /redis_version:(\S+)/.exec(info)?.[1] ?? '');
  }

  get url(): string {
    return this.#server.url;
  }

  connect(): Promise<RawRedis> {
    return this.#server.connect();
  }

  get farewell(): string {
    return `kill -9 ${this.#server.pid}`;
  }

  takeAway(): Promise<void> {
    return this.#server.kill();
  }

  welcome({ empty = false }: Return = {}): string {
    return `redis-server is started again, ${empty ? 'without any data' : 'with its data'}`;
  }

  async bringBack({ empty = false, meanwhile }: Return = {}): Promise<void> {
    await this.#server.restart({ empty });
    if (meanwhile === undefined) return;
    const other = await this.connect();
    await meanwhile(other).finally(() => other.close());
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
