import { createKeyv, createKeyvNonBlocking } from '@keyv/redis';
import { Cacheable } from 'cacheable';
import type { Contestant } from './contestant.js';
import { heard, IN_KEYV, keyvRival } from './keyv.js';

export const CACHEABLE: readonly Contestant[] = [
  contestant('cacheable', 'memory and `createKeyv`, defaults', createKeyv, false),
  contestant('cacheable, nonBlocking', '`nonBlocking` over `createKeyv`', createKeyv, true),
  contestant(
    'cacheable, nonBlocking store',
    '`nonBlocking` over `createKeyvNonBlocking`, as its README has it',
    createKeyvNonBlocking,
    true,
  ),
];

function contestant(
  name: string,
  about: string,
  store: typeof createKeyv,
  nonBlocking: boolean,
): Contestant {
  return {
    name,
    about,
    packages: ['cacheable', '@keyv/redis'],
    ...IN_KEYV,
    async open(port) {
      const secondary = heard(store(`redis://127.0.0.1:${port}`));
      const cache = new Cacheable({ secondary, nonBlocking });
      cache.on('error', () => {});
      return keyvRival(
        cache,
        (key) => cache.delete(key),
        () => cache.disconnect(),
      );
    },
  };
}
