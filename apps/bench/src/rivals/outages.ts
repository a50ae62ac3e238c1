import type { RedisServer, TcpProxy } from '@cachefb/testkit';

/** Where an outage happens. */
interface Scene {
  readonly server: RedisServer;
  /** Between the contestant and the server. */
  readonly proxy: TcpProxy;
  /** Has another process write newer values; resolves when they are acknowledged. */
  writeNewer(): Promise<void>;
}

/** A way in which Redis goes away and comes back with its data. */
export interface Outage {
  readonly name: string;
  readonly about: string;
  /** Whether the contestant is connected by the proxy; otherwise to the server itself. */
  readonly viaProxy: boolean;
  begin(scene: Scene): Promise<void>;
  /** Somewhat later, during the outage. */
  middle?(scene: Scene): Promise<void>;
  end(scene: Scene): Promise<void>;
}

export const OUTAGES: readonly Outage[] = [
  {
    name: 'refused',
    about: 'connections are reset and refused; others reach Redis',
    viaProxy: true,
    begin: ({ proxy }) => proxy.refuse(),
    middle: ({ writeNewer }) => writeNewer(),
    end: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'killed',
    about:
      'Redis is killed, and restarted with its data; the other process is the first to reach it',
    viaProxy: true,
    async begin({ server, proxy }) {
      await server.kill();
      await proxy.refuse();
    },
    async end({ server, proxy, writeNewer }) {
      await server.restart();
      await writeNewer();
      await proxy.heal();
    },
  },
  {
    name: 'stopped',
    about:
      'Redis stands still (SIGSTOP) and goes on; what the other process sends meanwhile is executed then',
    viaProxy: false,
    begin: async ({ server }) => server.stop(),
    async middle({ writeNewer }) {
      // Acknowledged when the server goes on.
      void writeNewer();
    },
    end: async ({ server }) => server.cont(),
  },
];
