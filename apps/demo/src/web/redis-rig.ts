import { type RawRedis, RedisServer, TcpProxy } from '@cachefb/testkit';
import { ActionRefused } from './action-refused.js';
import type { Delay, Rig } from './protocol.js';

/** A redis-server of our own behind a proxy of our own: what can be done to it, and what was done. */
export class RedisRig {
  readonly #server: RedisServer;
  readonly #proxy: TcpProxy;
  readonly #version: string;
  #frozen = false;
  #cut = false;
  #delay: Delay = 0;

  private constructor(server: RedisServer, proxy: TcpProxy, version: string) {
    this.#server = server;
    this.#proxy = proxy;
    this.#version = version;
  }

  static async start(program: string): Promise<RedisRig> {
    const server = await RedisServer.start({ program });
    try {
      const info = String(await server.call('INFO', 'server'));
      const proxy = await TcpProxy.start({ target: { host: server.host, port: server.port } });
      return new RedisRig(server, proxy, /redis_version:(\S+)/.exec(info)?.[1] ?? '');
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** Where the shop finds Redis: the proxy. */
  get url(): string {
    return this.#proxy.url;
  }

  /** How things are. A server that somebody else has killed is dead as well. */
  get state(): Omit<Rig, 'load'> {
    const pid = this.#server.pid ?? null;
    const alive = this.#frozen ? 'frozen' : 'running';
    return {
      version: this.#version,
      port: this.#server.port,
      pid,
      process: pid === null ? 'dead' : alive,
      network: this.#cut ? 'cut' : 'open',
      delay: this.#delay,
    };
  }

  /** A connection past the proxy. */
  connect(): Promise<RawRedis> {
    return this.#server.connect();
  }

  /** Each of these answers what was done, in words, or throws an {@link ActionRefused}. */
  async kill(): Promise<string> {
    const pid = this.#living();
    await this.#server.kill();
    this.#frozen = false;
    return `kill -9 ${pid}: redis-server is gone`;
  }

  freeze(): string {
    const pid = this.#living();
    if (this.#frozen) throw new ActionRefused('redis-server is frozen already');
    this.#server.stop();
    this.#frozen = true;
    return `SIGSTOP to ${pid}: redis-server is frozen; connections stand and nothing is answered`;
  }

  resume(): string {
    const pid = this.#living();
    if (!this.#frozen) throw new ActionRefused('redis-server is not frozen');
    this.#server.cont();
    this.#frozen = false;
    return `SIGCONT to ${pid}: redis-server goes on`;
  }

  async restart(empty: boolean): Promise<string> {
    await this.#server.restart({ empty });
    this.#frozen = false;
    const data = empty ? 'without any data' : 'with its data';
    return `redis-server is started ${data}, process ${this.#server.pid}`;
  }

  async cut(): Promise<string> {
    if (this.#cut) throw new ActionRefused('the network is cut already');
    this.#cut = true;
    await this.#proxy.refuse();
    return 'the network is cut: connections are reset, new ones refused';
  }

  async reconnect(): Promise<string> {
    if (!this.#cut) throw new ActionRefused('the network is not cut');
    await this.#proxy.heal();
    this.#cut = false;
    // Healing takes every fault away.
    this.#proxy.delay(this.#delay);
    return 'the network lets connections through again';
  }

  slow(ms: Delay): string {
    this.#delay = ms;
    this.#proxy.delay(ms);
    return ms === 0
      ? 'the network is as fast as ever'
      : `every round trip to Redis takes ${ms} ms longer`;
  }

  async close(): Promise<void> {
    await this.#proxy.close();
    await this.#server.close();
  }

  #living(): number {
    const { pid } = this.#server;
    if (pid === undefined) throw new ActionRefused('redis-server does not run');
    return pid;
  }
}
