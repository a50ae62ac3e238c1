// A JavaScript user: every package by its name, a cache in memory, and a manager whose Redis is not there.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigurationError, ReplyError, silentLogger } from '@cachefb/core';
import { createEvictionPolicy } from '@cachefb/eviction';
import { HealthMonitor } from '@cachefb/health';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';
import { instrumentCache } from '@cachefb/opentelemetry';
import { LmdbStore } from '@cachefb/persistence';
import { collectCacheMetrics } from '@cachefb/prometheus';
import { getRedisClient } from '@cachefb/redis';
import { SyncEngine } from '@cachefb/sync';
import * as testkit from '@cachefb/testkit';
import { register } from 'prom-client';

for (const name of [HealthMonitor, SyncEngine, getRedisClient, testkit.cacheConformance]) {
  assert.equal(typeof name, 'function');
}

const memory = new InMemoryCache({ maxSize: 2, evictionPolicy: createEvictionPolicy('fifo', 2) });
assert.equal(await memory.set('first', { name: 'ada' }, 60_000), 'OK');
assert.deepEqual(await memory.getJSON('first'), { name: 'ada' });
memory.sync.incr('second');
memory.sync.incr('third');
assert.equal(memory.sync.get('first'), null);
await assert.rejects(memory.hget('third', 'field'), ReplyError);
await memory.disconnect();

const folder = await mkdtemp(path.join(tmpdir(), 'cachefb-store-'));
for (const expected of [null, 'ada']) {
  const store = new LmdbStore({ path: folder });
  const kept = new InMemoryCache({ persistCriticalData: true, store });
  assert.equal(await kept.get('critical:name'), expected);
  await kept.set('critical:name', 'ada');
  await kept.disconnect();
}
await rm(folder, { recursive: true });

assert.throws(() => new CacheManager({ failoverTimeout: -1 }), ConfigurationError);

const cache = new CacheManager({
  redis: `redis://127.0.0.1:${await closedPort()}`,
  failoverTimeout: 500,
  criticalKeys: ['session:*'],
  logger: silentLogger,
});
collectCacheMetrics(cache);
instrumentCache(cache);
await cache.initialize();
assert.equal(cache.getCurrentProvider(), 'memory');
assert.equal(await cache.set('session:1', 'ada', 60_000), 'OK');
assert.equal(await cache.get('session:1'), 'ada');
assert.equal(await cache.incrby('visits', 2), 2);
assert.equal(cache.getSyncStats().pending, 2);
assert.match(await register.metrics(), /^cachefb_sync_pending_records\{cache="default"\} 2$/m);
for (const file of ['grafana/cachefb.json', 'alerts/cachefb.yml']) {
  assert.match(await readFile(`node_modules/@cachefb/prometheus/${file}`, 'utf8'), /cachefb_/);
}
await cache.disconnect();

/** A port on which nobody listens. */
async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
