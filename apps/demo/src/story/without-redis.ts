import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@cachefb/testkit';
import { audit } from '../audit/audit.js';
import { showRows } from '../audit/show-rows.js';
import { count, percent } from '../screen/format.js';
import type { Screen } from '../screen/screen.js';
import { Crowd, VISITORS } from '../shop/crowd.js';
import { Keys } from '../shop/keys.js';
import { Shop } from '../shop/shop.js';
import { heading } from './act.js';
import { createCache, FAILOVER_TIMEOUT } from './create-cache.js';
import type { Pace } from './pace.js';
import { Status } from './status.js';

/** What can be shown where there is no Redis at all. Answers whether every promise was kept. */
export async function tellWithoutRedis(
  screen: Screen,
  pace: Pace,
  signal: AbortSignal,
): Promise<boolean> {
  heading(screen, {
    title: 'A shop that has no Redis',
    intro: [
      'There is no redis-server on the PATH, so none can be killed here. To see the',
      'whole story install one,',
      '',
      '    Debian, Ubuntu   apt-get install redis-server',
      '    macOS            brew install redis',
      '    elsewhere        https://redis.io/docs/latest/operate/oss_and_stack/install/',
      '',
      'or name one that runs: npm run demo -- --redis redis://localhost:6379',
      '',
      'What can be shown is a start without Redis: nothing listens where the shop looks',
      `for it, and its ${VISITORS} visitors do not notice.`,
    ],
  });
  screen.line();
  const keys = new Keys();
  const cache = createCache(`redis://127.0.0.1:${await freePort()}`, keys, screen);
  const shop = new Shop(cache, keys);
  const crowd = new Crowd(shop);
  try {
    await cache.initialize();
    crowd.start();
    const status = new Status(screen, cache, shop.calls);
    try {
      await sleep(pace.longOutage, undefined, { signal });
    } finally {
      status.stop();
      await crowd.stop();
    }
    const { ambiguous, pending } = cache.getSyncStats();
    const { itemCount, memoryUsage, hitRatio } = cache.getMemoryCacheMetrics();
    heading(screen, { title: 'What was promised, and what memory holds', intro: [] });
    screen.line();
    const rows = await audit(shop, cache, { ambiguous, failoverTimeout: FAILOVER_TIMEOUT });
    const kept = showRows(screen, rows, 'in memory');
    screen.line(
      `  In memory: ${count(itemCount)} keys, about ${count(memoryUsage / 1024)} KiB; ${percent(hitRatio)} of reads found something.`,
    );
    screen.line(`  In the journal, should a Redis ever come: ${count(pending)} changes.`);
    screen.line();
    return kept;
  } finally {
    await crowd.stop();
    await cache.disconnect();
  }
}
