// A till: an application of its own, with a manager and a store on disk. It is killed in the story.
import { silentLogger } from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { LmdbStore } from '@cachefb/persistence';
import {
  basketKey,
  counterKey,
  type Question,
  refundedKey,
  type Said,
  type Takings,
  type TillTask,
} from './protocol.js';

/** Baskets under way at once. */
const AT_ONCE = 200;

const { redis, folder, prefix } = JSON.parse(process.argv[2] ?? '') as TillTask;
const cache = new CacheManager({
  redis,
  criticalKeys: [`${prefix}till:*`],
  store: new LmdbStore({ path: folder, durability: 'strict', logger: silentLogger }),
  memoryCacheConfig: { maxSize: 100_000 },
  healthCheckInterval: 1000,
  onLoadProgress: ({ done, total }) => say({ say: 'loading', done, total }),
  logger: silentLogger,
});
let sold = 0;

await cache.initialize();
sold = Number(await cache.get(counterKey(prefix)));
if (sold === 0) await cache.set(refundedKey(prefix), 'a lamp');
process.on('message', (question: Question) => {
  void answer(question).then((reply) => say({ say: 'answer', answer: reply }));
});
process.once('disconnect', () => process.exit());
say({ say: 'open', provider: cache.getCurrentProvider() });

async function answer(question: Question): Promise<Takings | boolean> {
  switch (question.ask) {
    case 'sell':
      for (const end = sold + question.baskets; sold < end; ) {
        const number = Math.min(AT_ONCE, end - sold);
        await Promise.all(Array.from({ length: number }, (_, index) => sell(sold + index)));
        sold += number;
      }
      return true;
    case 'refund':
      return (await cache.del(refundedKey(prefix))) === 1;
    case 'look':
      return look();
    case 'settled':
      return cache.getCurrentProvider() === 'redis' && cache.getSyncStats().pending === 0;
    case 'close':
      await cache.disconnect();
      return true;
  }
}

async function sell(number: number): Promise<void> {
  await cache.set(basketKey(prefix, number), `basket ${number}`);
  await cache.incr(counterKey(prefix));
}

async function look(): Promise<Takings> {
  let baskets = 0;
  for (let first = 0; first < sold; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, sold - first) }, (_, i) => first + i);
    const values = await cache.mget(numbers.map((number) => basketKey(prefix, number)));
    baskets += values.filter((value, index) => value === `basket ${numbers[index]}`).length;
  }
  return {
    baskets,
    counted: Number(await cache.get(counterKey(prefix))),
    refundedIsThere: (await cache.exists(refundedKey(prefix))) === 1,
  };
}

function say(said: Said): void {
  process.send?.(said);
}
