import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instrumentCache } from '../src/index.js';
import { type Collection, Sdk } from './support/sdk.js';

describe('what an SDK is told of a service', () => {
  const sdk = new Sdk();
  let redis: RedisServer;
  let cache: CacheManager;
  let spans: readonly ReadableSpan[];
  let before: Collection;
  let during: Collection;
  let after: Collection;
  const startedAt = performance.now();

  function isProvider(provider: 'redis' | 'memory'): Promise<boolean> {
    return waitFor(() => cache.getCurrentProvider() === provider, { timeout: 20_000 });
  }

  // One outage, looked at before, in the middle and afterwards.
  beforeAll(async () => {
    redis = await RedisServer.start();
    cache = new CacheManager({
      redis: redis.url,
      criticalKeys: ['session:*'],
      failoverTimeout: 1000,
      logger: silentLogger,
    });
    instrumentCache(cache, { ...sdk, attributes: { 'server.address': 'redis.example' } });
    await cache.initialize();
    await cache.set('session:1', 'a secret');
    await cache.hset('cart', { apples: 1 });
    await cache.get('cart').catch(() => {});
    before = await sdk.collect();

    await redis.kill();
    await isProvider('memory');
    await cache.set('session:1', 'another secret');
    await cache.incr('visits');
    await cache.get('session:1');
    during = await sdk.collect();

    await redis.restart();
    await isProvider('redis');
    await cache.get('session:1');
    after = await sdk.collect();
    spans = sdk.finished();
  }, 60_000);

  afterAll(async () => {
    await cache?.disconnect();
    await sdk.shutdown();
    await redis?.close();
  });

  it('is a span for each command, by the conventions, with who answered', () => {
    expect(spans.map(({ name, attributes }) => [name, attributes['cachefb.provider']])).toEqual([
      ['SET', 'redis'],
      ['HSET', 'redis'],
      ['GET', 'redis'],
      ['SET', 'memory'],
      ['INCRBY', 'memory'],
      ['GET', 'memory'],
      ['GET', 'redis'],
    ]);
    for (const { name, kind, attributes } of spans) {
      expect(kind).toBe(SpanKind.CLIENT);
      expect(attributes).toMatchObject({
        'db.system.name': 'redis',
        'db.operation.name': name,
        'server.address': 'redis.example',
      });
    }
  });

  it('marks the span of a command that failed, with the class of its error', () => {
    const failed = spans.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.attributes).toMatchObject({
      'error.type': 'WRONGTYPE',
      'db.response.status_code': 'WRONGTYPE',
    });
    expect(failed[0]?.events).toEqual([]);
  });

  it('holds neither keys nor values', () => {
    const told = JSON.stringify([
      spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      after.metrics,
    ]);
    expect(told).toContain('SET');
    expect(told).not.toMatch(/session|secret|visits|cart|apples/);
  });

  it('times commands in seconds', () => {
    const duration = 'db.client.operation.duration';
    expect(before.value(duration)).toBe(3);
    expect(after.value(duration)).toBe(7);
    expect(
      after.value(duration, { 'db.operation.name': 'GET', 'cachefb.provider': 'memory' }),
    ).toBe(1);
    expect(after.value(duration, { 'error.type': 'WRONGTYPE' })).toBe(1);
    const metric = after.of(duration);
    expect(metric?.descriptor).toMatchObject({ unit: 's' });
    if (metric?.dataPointType !== DataPointType.HISTOGRAM) throw new Error('not a histogram');
    const sum = metric.dataPoints.reduce((total, { value }) => total + (value.sum ?? 0), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan((performance.now() - startedAt) / 1000);
    expect(metric.dataPoints[0]?.value.buckets.boundaries).toEqual([
      0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10,
    ]);
  });

  it('tells who answers, and of the outage once it is over', () => {
    const memory = { 'cachefb.provider': 'memory' };
    const answers = [before, during, after].map((found) => [
      found.value('cachefb.provider.status', memory),
      found.value('cachefb.failovers', { 'cachefb.failover.reason': 'unavailable' }),
      found.value('cachefb.outage.duration'),
    ]);
    expect(answers).toEqual([
      [0, undefined, undefined],
      [1, 1, undefined],
      [0, 1, 1],
    ]);
  });

  it('counts what waits, and what became of it', () => {
    expect([before, during, after].map((found) => found.value('cachefb.sync.pending'))).toEqual([
      0, 2, 0,
    ]);
    expect(after.value('cachefb.sync.records', { 'cachefb.sync.outcome': 'applied' })).toBe(2);
    expect(after.value('cachefb.sync.records', { 'cachefb.sync.outcome': 'dropped' })).toBe(0);
    expect(during.value('cachefb.memory.entries')).toBeGreaterThanOrEqual(2);
    expect(during.value('cachefb.memory.size')).toBeGreaterThan(0);
    expect(during.value('cachefb.health.failures')).toBeGreaterThan(0);
  });
});
