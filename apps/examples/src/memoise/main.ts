import { setTimeout } from 'node:timers/promises';
import { CacheManager } from '@cachefb/manager';
import { memoise } from './memoise.js';

const cache = new CacheManager({ failoverTimeout: 500 });
await cache.initialize();

const report = memoise(
  cache,
  'report',
  async (year: number) => {
    console.log('the slow way');
    await setTimeout(1000);
    return { year, lines: 3 };
  },
  { ttl: 60_000, staleTtl: 3_600_000, loadTimeout: 10_000 },
);

console.log(await Promise.all([report(2024), report(2024), report(2024)]));
await cache.disconnect();
