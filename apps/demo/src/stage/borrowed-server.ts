import { type RawRedis, TcpProxy } from '@cachefb/testkit';
import { type RedisTarget, targetUrl } from '../cli/redis-target.js';
import { checkUsable } from './check-usable.js';
import { openConnection } from './open-connection.js';
import { removeKeys } from './remove-keys.js';
import type { Return, Stage } from './stage.js';

/** Somebody's own Redis: it is never stopped, only the way to it is cut. */
export class BorrowedServer implements Stage {
  readonly mayLoseData = false;
  readonly description: string;
  readonly #target: RedisTarget;
  readonly #proxy: TcpProxy;

  private constructor(target: RedisTarget, proxy: TcpProxy, version: string) {
    this.#target = target;
    this.#proxy = proxy;
    this.description = `your Redis ${version} on ${target.host}:${target.port}, behind a proxy on port ${proxy.port}`;
  }

  /** Throws a `Refusal` if there is no usable Redis. */
  static async reach(target: RedisTarget): Promise<BorrowedServer> {
    const version = await checkUsable(target);
    const { host, port } = target;
    return new BorrowedServer(target, await TcpProxy.start({ target: { host, port } }), version);
  }

  get url(): string {
    return targetUrl(this.#target, this.#proxy.port);
  }

  connect(): Promise<RawRedis> {
    return openConnection(this.#target);
  }

  get farewell(): string {
    return 'the proxy is cut: connections are reset, new ones refused';
  }

  takeAway(): Promise<void> {
    return this.#proxy.refuse();
  }

  welcome(): string {
    return 'the proxy lets connections through again';
  }

  async bringBack({ meanwhile }: Return = {}): Promise<void> {
    if (meanwhile !== undefined) {
      const other = await this.connect();
      await meanwhile(other).finally(() => other.close());
    }
    await this.#proxy.heal();
  }

  async close(prefix: string): Promise<void> {
    await this.#proxy.close();
    await removeKeys(this.#target, prefix);
  }
}
