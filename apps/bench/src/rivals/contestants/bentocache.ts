import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { type Contestant, readAddWrite, valueInJson } from './contestant.js';
import { type Options, openRedis, TUNED } from './ioredis.js';

export const BENTOCACHE: readonly Contestant[] = [
  contestant('bentocache', 'memory and Redis, defaults', {}, {}),
  contestant(
    'bentocache, circuit breaker',
    "`l2CircuitBreakerDuration: '1s'` over the tuned ioredis",
    TUNED,
    { l2CircuitBreakerDuration: '1s' },
  ),
];

function contestant(
  name: string,
  about: string,
  redis: Options,
  options: { l2CircuitBreakerDuration?: string },
): Contestant {
  return {
    name,
    about,
    packages: ['bentocache', 'ioredis'],
    stored: (key) => `bentocache:${key}`,
    valueOf: valueInJson,
    async open(port) {
      const connection = await openRedis(port, redis);
      const store = bentostore()
        .useL1Layer(memoryDriver({ maxItems: 5000 }))
        .useL2Layer(redisDriver({ connection }));
      const cache = new BentoCache({ default: 'both', stores: { both: store }, ...options });
      const get = (key: string) => cache.get({ key });
      const set = (key: string, value: string, ttl: number) => cache.set({ key, value, ttl });
      return {
        get,
        set,
        del: (key) => cache.delete({ key }),
        count: (key) => readAddWrite({ get, set }, key),
        close: () => cache.disconnect(),
      };
    },
  };
}
