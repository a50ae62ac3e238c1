import { sleep } from '@cachefb/testkit';
import { faults } from '../fault.js';

/** What happens on the way to the server. */
export const NETWORK_FAULTS = faults(
  {
    name: 'connection refused',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.refuse(),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'black hole',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.blackHole(),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'replies swallowed',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.blackHole({ requests: false }),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'bytes held back, delivered late',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.hold(),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'reset in mid-reply, three times',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.resetMidReply(3),
  },
  {
    name: 'garbage',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.garbage(),
  },
  {
    name: 'a stray extra reply',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.inject(),
  },
  {
    name: 'latency 200 ms',
    proxy: true,
    expect: { provider: 'redis' },
    inject: ({ proxy }) => proxy.delay(200),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'a reset, latency 200 ms',
    proxy: true,
    lasts: 5000,
    expect: { provider: 'memory' },
    inject({ proxy }) {
      proxy.delay(200);
      proxy.cut();
    },
  },
  {
    name: 'latency 700 ms',
    proxy: true,
    expect: { provider: 'redis' },
    inject: ({ proxy }) => proxy.delay(700),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'latency 700 ms, failoverTimeout 500',
    proxy: true,
    failoverTimeout: 500,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.delay(700),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    name: 'flapping, 250 ms each way for 6 s',
    proxy: true,
    lasts: 0,
    expect: { provider: 'memory', mostChanges: 20 },
    async inject({ proxy }) {
      for (let flap = 0; flap < 12; flap++) {
        await proxy.refuse();
        await sleep(250);
        await proxy.heal();
        await sleep(250);
      }
    },
  },
);
