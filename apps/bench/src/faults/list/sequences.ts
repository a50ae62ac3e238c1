import { sleep, waitFor } from '@cachefb/testkit';
import { faults } from '../fault.js';
import type { Stage } from '../stage.js';

/** Faults that come when another one is hardly over, or not yet. */
export const SEQUENCES = faults(
  {
    name: 'killed again during the sync',
    expect: { provider: 'memory' },
    inject: ({ server }) => server.kill(),
    async heal(stage) {
      const syncing = firstProgress(stage);
      await stage.server.restart();
      await syncing;
      await stage.server.kill();
      await sleep(1000);
      await stage.server.restart();
    },
  },
  {
    name: 'black hole during the sync',
    proxy: true,
    expect: { provider: 'memory' },
    inject: ({ proxy }) => proxy.refuse(),
    async heal(stage) {
      const { proxy } = stage;
      const syncing = firstProgress(stage);
      await proxy.heal();
      await syncing;
      proxy.blackHole();
      await sleep(2000);
      await proxy.heal();
    },
  },
  {
    name: 'stopped, and killed when it is back',
    expect: { provider: 'memory' },
    lasts: 2000,
    inject: ({ server }) => server.stop(),
    async heal(stage) {
      const { server } = stage;
      server.cont();
      await isBack(stage);
      await sleep(200);
      await server.kill();
      await sleep(2000);
      await server.restart();
    },
  },
  {
    name: 'OOM, then killed, back with OOM, then well',
    expect: { provider: 'memory', writesOnly: true },
    lasts: 1500,
    inject: (stage) => stage.call('CONFIG', 'SET', 'maxmemory', '1'),
    async heal(stage) {
      const { server } = stage;
      await server.kill();
      await sleep(1500);
      // Loading its own data would be refused as well, so that the limit comes afterwards.
      await server.restart();
      await stage.call('CONFIG', 'SET', 'maxmemory', '1');
      await sleep(1500);
      await stage.call('CONFIG', 'SET', 'maxmemory', '0');
    },
  },
  {
    name: 'OOM, then a black hole, then well',
    proxy: true,
    expect: { provider: 'memory', writesOnly: true },
    lasts: 1500,
    inject: (stage) => stage.call('CONFIG', 'SET', 'maxmemory', '1'),
    async heal(stage) {
      stage.proxy.blackHole();
      await sleep(2500);
      await stage.call('CONFIG', 'SET', 'maxmemory', '0');
      await stage.proxy.heal();
    },
  },
);

function firstProgress({ cache }: Stage): Promise<void> {
  return new Promise((resolve) => {
    cache.once('sync:progress', () => resolve());
  });
}

async function isBack({ cache }: Stage): Promise<void> {
  await waitFor(() => cache.getCurrentProvider() === 'redis', {
    timeout: 15_000,
    message: 'Redis answers again',
  });
}
