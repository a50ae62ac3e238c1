import { channel } from 'node:diagnostics_channel';
import { ConfigurationError, silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';
import { register as defaultRegister, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { collectCacheMetrics } from '../src/index.js';
import { Scrape } from './support/scrape.js';

const ended = channel('tracing:cachefb:command:asyncEnd');
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

function create(): CacheManager {
  const cache = new CacheManager({ redis: new InMemoryCache(), logger: silentLogger });
  undo.push(() => cache.disconnect());
  return cache;
}

const scrape = async (register: Registry) => new Scrape(await register.metrics());

describe('collectCacheMetrics', () => {
  it('takes a manager and nothing else', async () => {
    const stop = collectCacheMetrics(create());
    const found = await scrape(defaultRegister);
    expect(found.value('cachefb_redis_up', { cache: 'default' })).toBe(0);
    stop();
    expect(await defaultRegister.metrics()).not.toContain('cachefb');
  });

  it('tells several managers of a register apart, and removes each by itself', async () => {
    const register = new Registry();
    const [one, two] = [create(), create()];
    const stops = [
      collectCacheMetrics(one, { register, name: 'one' }),
      collectCacheMetrics(two, { register, name: 'two' }),
    ];
    await Promise.all([one.initialize(), two.initialize()]);
    await one.set('k', 'v');
    await two.hset('h', 'f', 1);
    await two.get('h').catch(() => {});
    two.switchToMemoryCache();
    const both = await scrape(register);
    const of = (name: string) => ['one', 'two'].map((cache) => both.value(name, { cache }));
    expect(of('cachefb_failovers_total')).toEqual([0, 1]);
    expect(of('cachefb_command_duration_seconds_count')).toEqual([1, 2]);
    expect(of('cachefb_command_errors_total')).toEqual([undefined, 1]);
    stops[1]?.();
    expect(await register.metrics()).not.toContain('two');
    expect((await scrape(register)).value('cachefb_command_duration_seconds_count')).toBe(1);
    stops[0]?.();
    stops[0]?.();
    expect(await register.metrics()).not.toContain('cachefb');
    undo.push(collectCacheMetrics(one, { register, name: 'one' }));
    expect(await register.metrics()).toContain('cachefb');
  });

  it('may be scraped before the beginning and after the end', async () => {
    const register = new Registry();
    const cache = create();
    undo.unshift(collectCacheMetrics(cache, { register }));
    expect((await scrape(register)).value('cachefb_provider', { provider: 'memory' })).toBe(1);
    await cache.initialize();
    await cache.disconnect();
    expect((await scrape(register)).value('cachefb_sync_pending_records')).toBe(0);
  });

  it('listens to commands only as long as it is asked to', async () => {
    const register = new Registry();
    const cache = create();
    await cache.initialize();
    undo.push(collectCacheMetrics(cache, { register, commands: false }));
    expect(ended.hasSubscribers).toBe(false);
    await cache.get('k');
    expect(
      (await scrape(register)).value('cachefb_command_duration_seconds_count'),
    ).toBeUndefined();
    const stop = collectCacheMetrics(cache, { register: new Registry() });
    expect(ended.hasSubscribers).toBe(true);
    stop();
    expect(ended.hasSubscribers).toBe(false);
  });

  it('does not count a command that ends after it was stopped', async () => {
    const register = new Registry();
    const cache = create();
    await cache.initialize();
    const stop = collectCacheMetrics(cache, { register });
    undo.push(collectCacheMetrics(cache, { register, name: 'other' }));
    const reply = cache.get('k');
    stop();
    await reply;
    expect(await register.metrics()).not.toContain('"default"');
  });

  it('leaves out what a fallback does not count', async () => {
    const register = new Registry();
    const memory = new InMemoryCache();
    Object.defineProperty(memory, 'getMetrics', { value: undefined });
    const cache = new CacheManager({
      redis: new InMemoryCache(),
      memoryCacheConfig: memory,
      logger: silentLogger,
    });
    undo.push(collectCacheMetrics(cache, { register }), () => cache.disconnect());
    const found = await scrape(register);
    expect(found.value('cachefb_memory_entries')).toBeUndefined();
    expect(found.value('cachefb_sync_pending_records')).toBe(0);
  });

  it.each([
    ['register', { register: {} }],
    ['name', { name: '' }],
    ['commands', { commands: 'yes' }],
    ['registry', { registry: new Registry() }],
  ])('names the option %s where it is wrong', (option, options) => {
    const call = () => collectCacheMetrics(create(), options as never);
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(new RegExp(`^${option}: `));
  });

  it('refuses what is no manager, and a second one of the same name', async () => {
    for (const wrong of [undefined, null, {}, 'cache']) {
      expect(() => collectCacheMetrics(wrong as never)).toThrow(/^cache: expected/);
    }
    const register = new Registry();
    undo.push(collectCacheMetrics(create(), { register }));
    expect(() => collectCacheMetrics(create(), { register })).toThrow(/^name: .*"default"/);
    expect((await scrape(register)).value('cachefb_redis_up')).toBe(0);
  });
});
