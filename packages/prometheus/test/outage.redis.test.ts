import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectCacheMetrics } from '../src/index.js';
import { alertQueries, dashboardQueries } from './support/queries.js';
import { Scrape } from './support/scrape.js';

describe('what is scraped of a service', () => {
  let redis: RedisServer;
  let cache: CacheManager;
  let service: Server;
  let before: Scrape;
  let during: Scrape;
  let after: Scrape;
  const startedAt = performance.now();

  /** As Prometheus does it. */
  async function scrape(): Promise<Scrape> {
    const { port } = service.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return new Scrape(await response.text());
  }

  function isProvider(provider: 'redis' | 'memory'): Promise<boolean> {
    return waitFor(() => cache.getCurrentProvider() === provider, { timeout: 20_000 });
  }

  // One outage, looked at before, in the middle and afterwards.
  beforeAll(async () => {
    redis = await RedisServer.start();
    const register = new Registry();
    service = createServer(async (_, response) => {
      response.setHeader('content-type', register.contentType);
      response.end(await register.metrics());
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    cache = new CacheManager({
      redis: redis.url,
      criticalKeys: ['session:*'],
      failoverTimeout: 1000,
      logger: silentLogger,
    });
    collectCacheMetrics(cache, { register, name: 'shop' });
    await cache.initialize();
    for (let i = 0; i < 10; i++) await cache.set(`session:${i}`, i);
    await cache.hset('cart', { apples: 1 });
    await cache.get('cart').catch(() => {});
    before = await scrape();

    await redis.kill();
    await isProvider('memory');
    for (let i = 0; i < 10; i++) await cache.set(`session:${i}`, i + 1);
    await cache.incr('visits');
    await cache.set('page', 'html');
    await cache.get('session:1');
    await cache.get('nothing');
    during = await scrape();

    await redis.restart();
    await isProvider('redis');
    await cache.get('session:1');
    after = await scrape();
  }, 60_000);

  afterAll(async () => {
    await cache?.disconnect();
    service?.close();
    await redis?.close();
  });

  it('tells who answers', () => {
    const providers = [before, during, after].map((found) =>
      ['redis', 'memory'].map((provider) => found.value('cachefb_provider', { provider })),
    );
    expect(providers).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    expect([before, during, after].map((found) => found.value('cachefb_redis_up'))).toEqual([
      1, 0, 1,
    ]);
    expect(during.value('cachefb_health_check_consecutive_failures')).toBeGreaterThan(0);
    const looked = before.value('cachefb_health_check_timestamp_seconds') ?? 0;
    expect(Math.abs(looked - Date.now() / 1000)).toBeLessThan(60);
  });

  it('counts the outage, and how long it was, once it is over', () => {
    const failovers = { reason: 'unavailable' };
    expect(before.value('cachefb_failovers_total', failovers)).toBe(0);
    expect(during.value('cachefb_failovers_total', failovers)).toBe(1);
    expect(after.value('cachefb_failovers_total')).toBe(1);
    expect(before.value('cachefb_outage_duration_seconds_count')).toBe(0);
    expect(during.value('cachefb_outage_duration_seconds_count')).toBe(0);
    expect(after.value('cachefb_outage_duration_seconds_count')).toBe(1);
    const seconds = after.value('cachefb_outage_duration_seconds_sum') ?? 0;
    expect(seconds).toBeGreaterThan(0.01);
    expect(seconds).toBeLessThan((performance.now() - startedAt) / 1000);
  });

  it('counts what waits, and what was brought back', () => {
    expect(before.value('cachefb_sync_pending_records')).toBe(0);
    expect(during.value('cachefb_sync_pending_records')).toBe(12);
    expect(after.value('cachefb_sync_pending_records')).toBe(0);
    // Ten sessions and a counter; the page was not critical.
    expect(after.value('cachefb_sync_applied_records_total')).toBe(11);
    expect(after.value('cachefb_sync_invalidated_keys_total')).toBe(1);
    expect(after.value('cachefb_sync_dropped_records_total')).toBe(0);
    expect(after.value('cachefb_sync_conflicts_total')).toBe(0);
    expect(during.value('cachefb_memory_entries')).toBeGreaterThanOrEqual(12);
    expect(during.value('cachefb_memory_pinned_entries')).toBeGreaterThanOrEqual(10);
    expect(during.value('cachefb_memory_bytes')).toBeGreaterThan(100);
  });

  it('counts and times each command by who answered it', () => {
    const count = (found: Scrape, command: string, provider: string) =>
      found.value('cachefb_command_duration_seconds_count', { command, provider });
    expect(count(before, 'set', 'redis')).toBe(10);
    expect(count(before, 'set', 'memory')).toBeUndefined();
    expect(count(after, 'set', 'redis')).toBe(10);
    expect(count(after, 'set', 'memory')).toBe(11);
    expect(count(after, 'get', 'memory')).toBe(2);
    expect(count(after, 'get', 'redis')).toBe(2);
    expect(after.value('cachefb_command_errors_total', { command: 'get', code: 'WRONGTYPE' })).toBe(
      1,
    );
    const inAll = after.value('cachefb_command_duration_seconds_sum') ?? 0;
    expect(inAll).toBeGreaterThan(0);
    expect(inAll).toBeLessThan((performance.now() - startedAt) / 1000);
  });

  it('carries the name of the manager in every series, and nothing else of it', () => {
    for (const name of during.names) {
      expect([name, during.value(name, { cache: 'shop' })]).toEqual([name, during.value(name)]);
    }
    expect(after.text).not.toMatch(/session:|page|html/);
  });

  it('keeps to the conventions of names', () => {
    for (const [name, type] of after.types) {
      expect(name).toMatch(/^cachefb_[a-z_]+$/);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).not.toMatch(/milliseconds|_ms\b|kilobytes|percent/);
    }
  });

  it.each([
    ['the dashboard', dashboardQueries()],
    ['the alert rules', alertQueries()],
  ])('has every metric and label that %s asks for', (_, queries) => {
    expect(queries.length).toBeGreaterThan(8);
    for (const { text, metrics, grouping } of queries) {
      expect(metrics.length, text).toBeGreaterThan(0);
      for (const { name, labels } of metrics) {
        expect(after.names, text).toContain(name);
        for (const label of labels) expect([...after.labelsOf(name)], text).toContain(label);
      }
      const known = metrics.flatMap(({ name }) => [...after.labelsOf(name)]);
      for (const label of grouping) expect(known, text).toContain(label);
    }
  });

  it('is shown on the dashboard, all of it', () => {
    const shown = dashboardQueries()
      .flatMap(({ metrics }) => metrics)
      .map(({ name }) => name.replace(/_(bucket|count|sum)$/, ''));
    for (const name of after.types.keys()) expect(shown).toContain(name);
  });
});
