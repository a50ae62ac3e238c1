import { freePort, type RedisServer, type TcpProxy } from '@cachefb/testkit';
import type { Worker } from './worker.js';

/** What a disturbance happens to. */
interface Place {
  readonly server: RedisServer;
  /** The way of one process to it. */
  readonly proxy: TcpProxy;
  /** That process. */
  readonly worker: Worker;
}

/** One way in which things go wrong, and how they go right again. */
export interface Disturbance {
  /** Whether everybody has it, one process has it on its way to the server, or it is in a process itself. */
  readonly where: 'server' | 'way' | 'process';
  begin(place: Place): unknown;
  end(place: Place): unknown;
}

const DAMAGE = 5;

/** Every disturbance by its name. */
export const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  killed: {
    where: 'server',
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.restart(),
  },
  emptied: {
    where: 'server',
    begin: ({ server }) => server.kill(),
    end: ({ server }) => server.restart({ empty: true }),
  },
  stopped: {
    where: 'server',
    begin: ({ server }) => server.stop(),
    end: ({ server }) => server.cont(),
  },
  OOM: {
    where: 'server',
    begin: ({ server }) => server.call('CONFIG', 'SET', 'maxmemory', '1'),
    end: ({ server }) => server.call('CONFIG', 'SET', 'maxmemory', '0'),
  },
  READONLY: {
    where: 'server',
    begin: async ({ server }) => server.call('REPLICAOF', '127.0.0.1', await freePort()),
    end: ({ server }) => server.call('REPLICAOF', 'NO', 'ONE'),
  },
  refused: {
    where: 'way',
    begin: ({ proxy }) => proxy.refuse(),
    end: ({ proxy }) => proxy.heal(),
  },
  'black hole': {
    where: 'way',
    begin: ({ proxy }) => proxy.blackHole(),
    end: cutAndHeal,
  },
  'replies swallowed': {
    where: 'way',
    begin: ({ proxy }) => proxy.blackHole({ requests: false }),
    end: cutAndHeal,
  },
  'held back': {
    where: 'way',
    begin: ({ proxy }) => proxy.hold(),
    end: ({ proxy }) => proxy.heal(),
  },
  'reset in mid-reply': {
    where: 'way',
    begin: ({ proxy }) => proxy.resetMidReply(DAMAGE),
    end: ({ proxy }) => proxy.heal(),
  },
  cut: { where: 'way', begin: ({ proxy }) => proxy.cut(), end: () => {} },
  garbage: { where: 'way', begin: ({ proxy }) => proxy.garbage(), end: () => {} },
  slow: {
    where: 'way',
    begin: ({ proxy }) => proxy.delay(60),
    end: ({ proxy }) => proxy.heal(),
  },
  asleep: {
    where: 'process',
    begin: ({ worker }) => worker.stop(),
    end: ({ worker }) => worker.cont(),
  },
};

/** What was swallowed is lost for good: no TCP connection goes on after that. */
function cutAndHeal({ proxy }: Place): Promise<void> {
  proxy.cut();
  return proxy.heal();
}
