import { createKeyv } from '@keyv/redis';
import { createCache } from 'cache-manager';
import { CacheableMemory } from 'cacheable';
import { Keyv } from 'keyv';
import type { Contestant } from './contestant.js';
import { heard, IN_KEYV, keyvRival } from './keyv.js';

export const CACHE_MANAGER: readonly Contestant[] = [
  contestant('cache-manager', 'memory and `createKeyv`, defaults', false),
  contestant('cache-manager, nonBlocking', '`nonBlocking` over `createKeyv`', true),
];

function contestant(name: string, about: string, nonBlocking: boolean): Contestant {
  return {
    name,
    about,
    packages: ['cache-manager', '@keyv/redis'],
    ...IN_KEYV,
    async open(port) {
      const memory = new Keyv({ store: new CacheableMemory({ lruSize: 5000 }) });
      const redis = heard(createKeyv(`redis://127.0.0.1:${port}`));
      const cache = createCache({ stores: [memory, redis], nonBlocking });
      return keyvRival(
        cache,
        (key) => cache.del(key),
        () => cache.disconnect(),
      );
    },
  };
}
