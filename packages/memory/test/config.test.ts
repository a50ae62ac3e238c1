import { ConfigurationError } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import { InMemoryCache, type MemoryCacheConfig } from '../src/index.js';

describe('the configuration', () => {
  it('may be left out', () => {
    expect(new InMemoryCache().sync.set('k', 'v')).toBe('OK');
    expect(new InMemoryCache({}).getMetrics().evictionPolicy).toBe('lru');
    expect(new InMemoryCache({ maxSize: undefined, store: undefined }).size()).toBe(0);
  });

  it.each<[string, unknown]>([
    ['maxSize', 0],
    ['maxSize', 1.5],
    ['maxSize', '100'],
    ['maxSize', Number.POSITIVE_INFINITY],
    ['maxMemory', 0],
    ['maxMemory', Number.NaN],
    ['evictionPolicy', 'mru'],
    ['evictionPolicy', {}],
    ['defaultTTL', -1],
    ['cleanupInterval', -1],
    ['cleanupInterval', 2 ** 31],
    ['enableMetrics', 'yes'],
    ['persistCriticalData', 1],
    ['persistKeyPrefix', ''],
    ['store', {}],
    ['store', null],
    ['onLoadProgress', 5],
    ['logger', {}],
    ['clock', 5],
    ['clock', { now: () => 0 }],
    ['maxsize', 10],
  ])('refuses %s: %j, naming the option and the value', (option, value) => {
    const make = () => new InMemoryCache({ [option]: value } as MemoryCacheConfig);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(expect.objectContaining({ option, value }));
    expect(make).toThrow(option);
  });

  it('names what it knows when an option is unknown', () => {
    const make = () => new InMemoryCache({ maxItems: 10 } as MemoryCacheConfig);
    expect(make).toThrow(/maxItems.*known: maxSize, maxMemory/);
  });

  it('refuses something that is no object', () => {
    expect(() => new InMemoryCache(5 as never)).toThrow(ConfigurationError);
    expect(() => new InMemoryCache(null as never)).toThrow(ConfigurationError);
  });

  it('says what persistence needs, and how to get it', () => {
    expect(() => new InMemoryCache({ persistCriticalData: true })).toThrow(
      /persistCriticalData.*install @cachefb\/persistence.*store/,
    );
    expect(new InMemoryCache({ persistCriticalData: false }).size()).toBe(0);
  });

  it('takes a store that is not used', () => {
    const store = {
      load: async function* () {},
      write: async () => {},
      delete: async () => {},
      clear: async () => {},
      close: async () => {},
    };
    expect(new InMemoryCache({ store, persistKeyPrefix: 'vip:' }).size()).toBe(0);
  });
});
