import { ConfigurationError } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { describe, expect, it } from 'vitest';
import {
  CacheManager,
  type CacheManagerConfig,
  FailoverCache,
  type FailoverCacheOptions,
} from '../src/index.js';

describe('the configuration of a manager', () => {
  it.each<[string, object, string]>([
    ['an unknown option', { failoverTimeOut: 1 }, 'failoverTimeOut'],
    ['a negative timeout', { failoverTimeout: -1 }, 'failoverTimeout'],
    ['a fraction', { healthCheckInterval: 1.5 }, 'healthCheckInterval'],
    ['an interval of nothing', { healthCheckInterval: 0 }, 'healthCheckInterval'],
    ['a batch of nothing', { syncBatchSize: 0 }, 'syncBatchSize'],
    ['no attempts', { syncRetryAttempts: 0 }, 'syncRetryAttempts'],
    ['a word for a boolean', { enableDataSync: 'yes' }, 'enableDataSync'],
    ['critical keys that are no list', { criticalKeys: 'session:*' }, 'criticalKeys'],
    [
      'a policy with an unknown word',
      { keyPolicies: [{ match: '*', onRecovery: 'x' }] },
      'keyPolicies[0].onRecovery',
    ],
    ['a logger without levels', { logger: {} }, 'logger'],
    ['a number for Redis', { redis: 6379 }, 'redis'],
    ['a URL that is none', { redis: 'not a url' }, 'redis'],
    [
      'a name beside an address',
      { redis: 'redis://localhost', redisInstanceName: 'a' },
      'redisInstanceName',
    ],
    ['an empty name', { redisInstanceName: '' }, 'redisInstanceName'],
    ['an unknown name', { redisInstanceName: 'sessions' }, 'redisInstanceName'],
    ['a store that is none', { store: {} }, 'store'],
    ['a health monitor that is none', { health: {} }, 'health'],
    ['an unknown option of memory', { memoryCacheConfig: { size: 1 } }, 'size'],
    ['a size of memory that is none', { memoryCacheConfig: { maxSize: 0 } }, 'maxSize'],
    [
      'an unknown policy of memory',
      { memoryCacheConfig: { evictionPolicy: 'mru' } },
      'evictionPolicy',
    ],
    [
      'persistence without a store',
      { memoryCacheConfig: { persistCriticalData: true } },
      'persistCriticalData',
    ],
  ])('refuses %s, naming the option', (_, config, option) => {
    const create = () => new CacheManager(config as CacheManagerConfig);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(
      expect.objectContaining({ option: expect.stringContaining(option) as string }),
    );
  });

  it('names the value that it got', () => {
    expect(() => new CacheManager({ failoverTimeout: -5 })).toThrow(/failoverTimeout.*-5/);
  });

  it.each<[string, object, string]>([
    ['an unknown option', { failOverTimeout: 1 }, 'failOverTimeout'],
    ['no primary', { primary: undefined }, 'primary'],
    ['a fallback that is none', { fallback: {} }, 'fallback'],
    ['a health monitor that is none', { health: 7 }, 'health'],
    ['an unknown option of the way back', { sync: { size: 1 } }, 'sync.size'],
    ['a batch of nothing', { sync: { batchSize: 0 } }, 'sync.batchSize'],
    ['a word for a boolean', { sync: { enabled: 'yes' } }, 'sync.enabled'],
    ['a store that is none', { store: {} }, 'store'],
    ['a prefix that is none', { persistKeyPrefix: 7 }, 'persistKeyPrefix'],
    ['progress that cannot be told', { onLoadProgress: 7 }, 'onLoadProgress'],
    ['a logger without levels', { logger: {} }, 'logger'],
    ['a clock that is none', { clock: 7 }, 'clock'],
  ])('refuses %s among the parts', (_, wrong, option) => {
    const parts = { primary: new InMemoryCache(), fallback: new InMemoryCache() };
    const create = () => new FailoverCache({ ...parts, ...wrong } as FailoverCacheOptions);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(expect.objectContaining({ option }));
  });

  it('accepts any backend in place of either part', async () => {
    const primary = new InMemoryCache();
    const fallback = new InMemoryCache({ maxSize: 5 });
    const cache = new CacheManager({ redis: primary, memoryCacheConfig: fallback });
    await cache.initialize();
    await cache.set('k', 'v');
    expect(primary.sync.get('k')).toBe('v');
    expect(cache.getCurrentProvider()).toBe('redis');
    await cache.disconnect();
  });
});
