import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { CacheUnavailableError } from '@cachefb/core';
import { RedisServer, TcpProxy } from '@cachefb/testkit';
import { expect } from 'vitest';
import type { MakeBackend, Place, RedisLike, SubjectOptions } from './subject.js';

/** How long a backend on a stage waits, milliseconds. */
export const TIMEOUT = 400;
/** What a loaded machine may add to a bound, milliseconds. */
export const SLACK = 400;

/** A server, a proxy before it, and backends that lead there; everything ends with the test. */
export class Stage {
  readonly server: RedisServer;
  readonly proxy: TcpProxy;
  readonly #makeBackend: MakeBackend;
  readonly #disposals: (() => unknown)[] = [];

  private constructor(makeBackend: MakeBackend, server: RedisServer, proxy: TcpProxy) {
    this.#makeBackend = makeBackend;
    this.server = server;
    this.proxy = proxy;
  }

  static async start(makeBackend: MakeBackend): Promise<Stage> {
    const server = await RedisServer.start();
    return new Stage(makeBackend, server, await TcpProxy.start({ target: server }));
  }

  /** Makes a backend that leads to the proxy, if nothing else is said. */
  make(target: string | Place = this.proxy.url, options: SubjectOptions = {}): RedisLike {
    const backend = this.#makeBackend(target, { timeout: TIMEOUT, ...options });
    this.atEnd(() => backend.disconnect());
    return backend;
  }

  async open(target?: string | Place, options?: SubjectOptions): Promise<RedisLike> {
    const backend = this.make(target, options);
    await backend.connect();
    return backend;
  }

  /** Lets a server of any kind listen. */
  async listen(listener: Server | ((socket: Socket) => void)): Promise<number> {
    const server = typeof listener === 'function' ? createServer(listener) : listener;
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.atEnd(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  /** The ids of connections by the name that they bear. */
  async clientIds(name: string): Promise<string[]> {
    const list = String(await this.server.call('CLIENT', 'LIST'));
    const lines = list.split('\n').filter((line) => line.includes(` name=${name} `));
    return lines.map((line) => /^id=(\d+)/.exec(line)?.[1] as string);
  }

  /** Has something done when the test has ended, the last first. */
  atEnd(dispose: () => unknown): void {
    this.#disposals.push(dispose);
  }

  async close(): Promise<void> {
    for (const dispose of this.#disposals.reverse()) await dispose();
    this.server.cont();
    await this.proxy.close();
    await this.server.close();
  }
}

/** The error of what has to fail because Redis is not there. */
export async function failure(promise: Promise<unknown>): Promise<CacheUnavailableError> {
  const error = await promise.then(
    () => new Error('it did not reject'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CacheUnavailableError);
  return error as CacheUnavailableError;
}

/** Until what was sent in this turn has left, whenever in a turn a client writes. */
export async function nextTurn(): Promise<void> {
  for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
}
