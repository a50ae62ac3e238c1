import { channel } from 'node:diagnostics_channel';
import { ConfigurationError, silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import * as semantic from '@opentelemetry/semantic-conventions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as conventions from '../src/conventions.js';
import { type InstrumentationOptions, instrumentCache } from '../src/index.js';
import { Sdk } from './support/sdk.js';

const CHANNELS = ['start', 'asyncEnd'].map((name) => channel(`tracing:cachefb:command:${name}`));
let sdk: Sdk;
const undo: (() => unknown)[] = [];

beforeEach(() => {
  sdk = new Sdk();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
});

afterEach(async () => {
  for (const step of undo.splice(0)) await step();
  await sdk.shutdown();
  context.disable();
  trace.disable();
});

async function create(): Promise<CacheManager> {
  const cache = new CacheManager({ redis: new InMemoryCache(), logger: silentLogger });
  await cache.initialize();
  undo.push(() => cache.disconnect());
  return cache;
}

function instrument(cache: CacheManager, options: InstrumentationOptions = {}): () => void {
  const stop = instrumentCache(cache, { ...sdk, ...options });
  undo.unshift(stop);
  return stop;
}

const queries = () => sdk.finished().map(({ attributes }) => attributes['db.query.text']);

describe('instrumentCache', () => {
  it('takes a manager and nothing else: the global providers', async () => {
    trace.setGlobalTracerProvider(sdk.tracerProvider);
    const cache = await create();
    undo.unshift(instrumentCache(cache));
    await cache.get('k');
    expect(sdk.finished()).toMatchObject([
      { name: 'GET', instrumentationScope: { name: '@cachefb/opentelemetry' } },
    ]);
  });

  it('makes spans children of what is active where a command is called', async () => {
    const cache = await create();
    instrument(cache);
    const tracer = sdk.tracerProvider.getTracer('test');
    await tracer.startActiveSpan('request', async (span) => {
      await cache.get('k');
      span.end();
    });
    const [get, request] = sdk.finished();
    expect(get?.name).toBe('GET');
    expect(get?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  });

  it('tells keys only if asked, and then no values and no fields', async () => {
    const cache = await create();
    const stop = instrument(cache);
    await cache.set('k', 'v');
    stop();
    expect(queries()).toEqual([undefined]);
    instrument(cache, { keys: true });
    await cache.set('k', 'v', 1000);
    await cache.mset({ a: 1, b: 2 });
    await cache.hset('h', 'field', 'value');
    await cache.mget('a', 'b');
    await cache.keys('secret*');
    await cache.flushall();
    expect(queries().slice(1)).toEqual([
      'SET k ?',
      'MSET a ? b ?',
      'HSET h ?',
      'MGET a b',
      'KEYS ?',
      'FLUSHALL',
    ]);
  });

  it('tells managers apart by their names', async () => {
    const [one, two] = [await create(), await create()];
    instrument(one, { name: 'one' });
    instrument(two, { name: 'two' });
    await one.get('k');
    await two.get('k');
    await two.get('k');
    const names = sdk.finished().map(({ attributes }) => attributes['cachefb.name']);
    expect(names).toEqual(['one', 'two', 'two']);
    const found = await sdk.collect();
    const duration = 'db.client.operation.duration';
    expect(found.value(duration, { 'cachefb.name': 'two' })).toBe(2);
    expect(found.value('cachefb.provider.status', { 'cachefb.name': 'one' })).toBe(1);
  });

  it('listens to nothing where nothing is wanted, or after it was stopped', async () => {
    const cache = await create();
    const subscribed = () => CHANNELS.map(({ hasSubscribers }) => hasSubscribers);
    const nothing = instrument(cache, { spans: false, metrics: false });
    expect(subscribed()).toEqual([false, false]);
    nothing();
    const metrics = instrument(cache, { spans: false });
    expect(subscribed()).toEqual([false, true]);
    metrics();
    const all = instrument(cache);
    expect(subscribed()).toEqual([true, true]);
    all();
    all();
    expect(subscribed()).toEqual([false, false]);
    await cache.get('k');
    expect(sdk.finished()).toEqual([]);
  });

  it('tells of an error that is not one of ours', async () => {
    const primary = new InMemoryCache();
    const cache = new CacheManager({ redis: primary, logger: silentLogger });
    await cache.initialize();
    undo.push(() => cache.disconnect());
    instrument(cache);
    Object.defineProperty(primary, 'execute', { value: () => Promise.reject('a word') });
    await expect(cache.get('k')).rejects.toBe('a word');
    expect(sdk.finished()[0]?.attributes).toMatchObject({ 'error.type': '_OTHER' });
  });

  it.each([
    ['spans', { spans: 'no' }],
    ['metrics', { metrics: 1 }],
    ['keys', { keys: 'all' }],
    ['name', { name: '' }],
    ['attributes', { attributes: ['a'] }],
    ['tracerProvider', { tracerProvider: {} }],
    ['meterProvider', { meterProvider: null }],
    ['values', { values: true }],
  ])('names the option %s where it is wrong, and listens to nothing', async (option, options) => {
    const cache = await create();
    const call = () => instrumentCache(cache, options as never);
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(new RegExp(`^${option}: `));
    expect(CHANNELS.some(({ hasSubscribers }) => hasSubscribers)).toBe(false);
    for (const wrong of [undefined, null, {}]) {
      expect(() => instrumentCache(wrong as never)).toThrow(/^cache: expected/);
    }
  });
});

describe('the names', () => {
  it('are those of the semantic conventions', () => {
    expect(conventions).toMatchObject({
      DB_SYSTEM_NAME: semantic.ATTR_DB_SYSTEM_NAME,
      DB_OPERATION_NAME: semantic.ATTR_DB_OPERATION_NAME,
      DB_QUERY_TEXT: semantic.ATTR_DB_QUERY_TEXT,
      DB_RESPONSE_STATUS_CODE: semantic.ATTR_DB_RESPONSE_STATUS_CODE,
      ERROR_TYPE: semantic.ATTR_ERROR_TYPE,
      DB_CLIENT_OPERATION_DURATION: semantic.METRIC_DB_CLIENT_OPERATION_DURATION,
    });
  });
});
