import { BENTOCACHE } from './bentocache.js';
import { CACHE_MANAGER } from './cache-manager.js';
import { CACHEABLE } from './cacheable.js';
import { CACHEFB } from './cachefb.js';
import type { Contestant } from './contestant.js';
import { IOREDIS } from './ioredis.js';

/** Everybody, in the order of the table. */
export const CONTESTANTS: readonly Contestant[] = [
  ...CACHEFB,
  ...BENTOCACHE,
  ...CACHEABLE,
  ...CACHE_MANAGER,
  ...IOREDIS,
];

/** The one of exactly this name. */
export function contestantNamed(name: string | undefined): Contestant {
  const contestant = CONTESTANTS.find((each) => each.name === name);
  if (contestant === undefined) throw new Error(`there is no contestant ${name}`);
  return contestant;
}
