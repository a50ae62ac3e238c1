import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Direction, noFaults, type Passage } from './faults.js';
import { Link, type ProxyTarget } from './link.js';

/** Which directions a fault concerns; both without it. */
export type FaultDirections = Partial<Record<Direction, boolean>>;

/** Where a {@link TcpProxy} listens and leads to. */
export interface TcpProxyOptions {
  target: ProxyTarget;
  /** @defaultValue a free one */
  port?: number;
}

/**
 * A TCP proxy on loopback that fails on command: point the code under test at {@link TcpProxy.port}, and break the
 * connection in the ways in which networks do, without touching the server. Faults add up until {@link TcpProxy.heal}.
 */
export class TcpProxy implements AsyncDisposable {
  /** Always `127.0.0.1`. */
  readonly host = '127.0.0.1';
  readonly #links = new Set<Link>();
  readonly #faults = noFaults();
  #target: ProxyTarget;
  #server: Server | undefined;
  #port = 0;
  #accepted = 0;

  private constructor(target: ProxyTarget) {
    this.#target = target;
  }

  /** Starts a proxy. */
  static async start({ target, port = 0 }: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#port = port;
    await proxy.#listen();
    return proxy;
  }

  /** Where it listens; the same for life. */
  get port(): number {
    return this.#port;
  }

  /** `redis://127.0.0.1:PORT`. */
  get url(): string {
    return `redis://${this.host}:${this.#port}`;
  }

  /** Connections that stand now. */
  get connections(): number {
    return this.#links.size;
  }

  /** Connections accepted since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Refuses new connections and resets those that stand. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && once(server, 'close');
    server?.close();
    this.cut();
    await closed;
  }

  /** Leads connections that are made from now on to another server, as a failover behind one address does. */
  redirect(target: ProxyTarget): void {
    this.#target = target;
  }

  /** Resets every connection; new ones are welcome. */
  cut(): void {
    for (const link of this.#links) link.reset();
  }

  /** Swallows bytes: connections stand, and nothing comes through. What was swallowed is lost for good. */
  blackHole(directions?: FaultDirections): void {
    this.#setPassage('swallow', directions);
  }

  /**
   * Holds bytes back until {@link TcpProxy.heal}, then delivers them, as a kernel does that retransmits after packets
   * were dropped: what was sent long ago arrives late.
   */
  hold(directions?: FaultDirections): void {
    this.#setPassage('hold', directions);
  }

  /** Makes a round trip longer: half on the way there, half on the way back. */
  delay(ms: number): void {
    this.#faults.delay = { requests: ms / 2, replies: ms / 2 };
  }

  /** Sends bytes to every client, as if the server had: by default one reply too many, `+OK`. */
  inject(bytes: string | Uint8Array = '+OK\r\n'): void {
    const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes);
    for (const link of this.#links) link.inject(buffer);
  }

  /** Sends every client bytes that no server of Redis would send. */
  garbage(): void {
    this.inject(Uint8Array.from([0xff, 0x00, 0x13, 0x37, 0x0d, 0x0a, 0xfe, 0x21, 0x0d, 0x0a]));
  }

  /** Of the next reply only the first half arrives, then its connection is reset. */
  resetMidReply(times = 1): void {
    this.#faults.resets = times;
  }

  /** Ends every fault. Connections that stand go on; what was held is delivered. */
  async heal(): Promise<void> {
    Object.assign(this.#faults, noFaults());
    for (const link of this.#links) link.release();
    if (this.#server === undefined) await this.#listen();
  }

  /** Ends the proxy and all its connections. Idempotent. */
  async close(): Promise<void> {
    await this.refuse();
  }

  /** {@link TcpProxy.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #setPassage(passage: Passage, directions?: FaultDirections): void {
    const { requests = true, replies = true } = directions ?? {};
    this.#faults.passage = {
      requests: requests ? passage : 'pass',
      replies: replies ? passage : 'pass',
    };
  }

  async #listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    server.listen(this.#port, this.host);
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  #accept(socket: Socket): void {
    this.#accepted++;
    const link = new Link(socket, this.#target, this.#faults, () => this.#links.delete(link));
    this.#links.add(link);
  }
}
