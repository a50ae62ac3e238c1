// An author of a backend: the suite runs under another test runner than this repository's.
import { describe, it } from 'node:test';
import { InMemoryCache } from '@cachefb/memory';
import { cacheConformance } from '@cachefb/testkit';

cacheConformance(
  { describe, it },
  {
    name: 'InMemoryCache',
    create: async () => {
      const cache = new InMemoryCache();
      return { cache, dispose: () => cache.disconnect() };
    },
  },
);
