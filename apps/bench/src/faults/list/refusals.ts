import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, RedisServer, sleep, waitFor } from '@cachefb/testkit';
import { faults } from '../fault.js';
import type { Stage } from '../stage.js';

/** A node of a cluster that has not been given any slots: where the address leads for a while. */
let node: RedisServer;

/** Faults in which the server says no: to writes only, or to everything. */
export const REFUSALS = faults(
  {
    name: 'OOM',
    expect: { provider: 'memory', writesOnly: true },
    inject: (stage) => stage.call('CONFIG', 'SET', 'maxmemory', '1'),
    heal: (stage) => stage.call('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    name: 'OOM, latency 700 ms',
    proxy: true,
    expect: { provider: 'memory', writesOnly: true },
    async inject(stage) {
      stage.proxy.delay(700);
      await sleep(1000);
      await stage.call('CONFIG', 'SET', 'maxmemory', '1');
    },
    async heal(stage) {
      await stage.call('CONFIG', 'SET', 'maxmemory', '0');
      await stage.proxy.heal();
    },
  },
  {
    name: 'READONLY',
    expect: { provider: 'memory', writesOnly: true },
    inject: async (stage) => stage.call('REPLICAOF', '127.0.0.1', await freePort()),
    heal: (stage) => stage.call('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'MISCONF',
    server: { args: ['--enable-protected-configs', 'yes'] },
    expect: { provider: 'memory', writesOnly: true },
    inject: failSaving,
    heal: saveAgain,
  },
  {
    name: 'NOREPLICAS',
    expect: { provider: 'memory', writesOnly: true },
    inject: (stage) => stage.call('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    heal: (stage) => stage.call('CONFIG', 'SET', 'min-replicas-to-write', '0'),
  },
  {
    name: 'LOADING',
    server: { args: ['--key-load-delay', '0'] },
    lasts: 500,
    expect: { provider: 'memory' },
    async prepare(stage) {
      const script = "for i = 1, 5000 do redis.call('SET', 'ballast:' .. i, i) end";
      await stage.call('EVAL', script, '0');
    },
    inject: ({ server }) =>
      server.restart({ args: ['--key-load-delay', '300'], until: 'listening' }),
  },
  {
    name: 'BUSY',
    expect: { provider: 'memory' },
    async inject(stage) {
      await stage.call('CONFIG', 'SET', 'busy-reply-threshold', '20');
      const redis = await stage.connect();
      redis.call('EVAL', 'while true do end', '0').catch(() => {});
    },
    heal: (stage) => stage.call('SCRIPT', 'KILL'),
  },
  {
    name: 'MASTERDOWN',
    expect: { provider: 'memory' },
    async inject(stage) {
      await stage.call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
      await stage.call('REPLICAOF', '127.0.0.1', await freePort());
    },
    heal: (stage) => stage.call('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'CLUSTERDOWN',
    proxy: true,
    expect: { provider: 'memory' },
    async prepare(stage) {
      node = stage.own(await RedisServer.start({ args: ['--cluster-enabled', 'yes'] }));
    },
    inject: (stage) => stage.lead(node.port),
    heal: (stage) => stage.lead(stage.server.port),
  },
  {
    name: 'NOAUTH: a password added',
    expect: { provider: 'memory' },
    async inject(stage) {
      await stage.call('CONFIG', 'SET', 'requirepass', 'secret');
      await stage.killClients();
    },
    heal: (stage) => stage.call('CONFIG', 'SET', 'requirepass', ''),
  },
  {
    name: 'WRONGPASS: the password changed',
    server: { args: ['--requirepass', 'one'] },
    login: ':one@',
    password: 'one',
    expect: { provider: 'memory' },
    async inject(stage) {
      await stage.call('CONFIG', 'SET', 'requirepass', 'two');
      await stage.killClients();
    },
    heal: (stage) => stage.call('CONFIG', 'SET', 'requirepass', 'one'),
  },
  {
    name: 'max clients',
    expect: { provider: 'memory' },
    async inject(stage) {
      await stage.call('CONFIG', 'SET', 'maxclients', '4');
      await stage.killClients();
      for (let i = 0; i < 4; i++) await stage.connect();
    },
    heal: (stage) => stage.call('CONFIG', 'SET', 'maxclients', '1000'),
  },
  {
    name: 'CLIENT PAUSE, writes',
    expect: { provider: 'memory' },
    inject: (stage) => stage.call('CLIENT', 'PAUSE', '3000', 'WRITE'),
    heal: isOverByItself,
  },
  {
    name: 'CLIENT PAUSE, all',
    expect: { provider: 'memory' },
    inject: (stage) => stage.call('CLIENT', 'PAUSE', '3000', 'ALL'),
    heal: isOverByItself,
  },
  {
    name: 'CLIENT KILL of everybody',
    expect: { provider: 'memory' },
    inject: (stage) => stage.killClients(),
  },
);

/** A pause ends as it was told, and nobody can end it sooner where all commands wait. */
function isOverByItself(): void {}

/** Has the server keep its snapshots in a folder that is gone. */
async function failSaving(stage: Stage): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cachefb-faults-'));
  await stage.call('CONFIG', 'SET', 'save', '3600 1', 'dir', dir);
  await rmdir(dir);
  await stage.call('BGSAVE');
  await waitFor(() => hasSaved(stage, 'err'), { message: 'saving fails' });
}

async function saveAgain(stage: Stage): Promise<void> {
  await stage.call('CONFIG', 'SET', 'dir', tmpdir(), 'save', '');
  await stage.call('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
}

async function hasSaved(stage: Stage, status: string): Promise<boolean> {
  const info = String(await stage.call('INFO', 'persistence'));
  return info.includes(`rdb_last_bgsave_status:${status}`);
}
