import { type RedisServer, TcpProxy, waitFor } from '@cachefb/testkit';
import { CacheManager, type CacheManagerConfig } from '../../src/index.js';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A process as Redis sees it: a manager behind a proxy of its own, which can be cut off from the server. */
export class Node {
  readonly cache: CacheManager;
  readonly proxy: TcpProxy;

  private constructor(cache: CacheManager, proxy: TcpProxy) {
    this.cache = cache;
    this.proxy = proxy;
  }

  static async start(server: RedisServer, config: CacheManagerConfig = {}): Promise<Node> {
    const proxy = await TcpProxy.start({ target: { host: server.host, port: server.port } });
    const cache = new CacheManager({
      redis: proxy.url,
      criticalKeys: ['c:*'],
      failoverTimeout: 500,
      logger: quiet,
      ...config,
    });
    await cache.initialize();
    return new Node(cache, proxy);
  }

  /** Cuts the process off, and waits until it has noticed. */
  async cutOff(): Promise<void> {
    await this.proxy.refuse();
    this.proxy.cut();
    await this.isProvider('memory');
  }

  /** Lets it through again, and waits until everything is brought back. */
  async letBack(): Promise<void> {
    await this.proxy.heal();
    await this.isProvider('redis');
  }

  isProvider(provider: 'redis' | 'memory'): Promise<boolean> {
    return waitFor(() => this.cache.getCurrentProvider() === provider, {
      timeout: 20_000,
      message: `the provider becomes ${provider}`,
    });
  }

  async close(): Promise<void> {
    await this.cache.disconnect();
    await this.proxy.close();
  }
}
