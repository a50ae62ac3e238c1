import { cacheConformance, FakeClock } from '@cachefb/testkit';
import { describe, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';

cacheConformance(
  { describe, it },
  {
    name: 'InMemoryCache',
    create: async () => {
      const clock = new FakeClock();
      const cache = new InMemoryCache({ clock, maxSize: 10_000 });
      return {
        cache,
        dispose: () => cache.disconnect(),
        advance: (ms) => clock.advance(ms),
        now: () => clock.now(),
      };
    },
  },
);

cacheConformance(
  { describe, it },
  {
    name: 'InMemoryCache, on the time of the machine',
    create: async () => {
      const cache = new InMemoryCache({ maxSize: 10_000 });
      return { cache, dispose: () => cache.disconnect() };
    },
  },
);
