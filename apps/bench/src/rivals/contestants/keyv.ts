import type { Keyv } from 'keyv';
import { type Contestant, type Rival, readAddWrite, valueInJson } from './contestant.js';

/** How cacheable and cache-manager store things. */
export const IN_KEYV: Pick<Contestant, 'stored' | 'valueOf'> = {
  stored: (key) => key,
  valueOf: valueInJson,
};

/** What cacheable and cache-manager have in common. */
interface KeyvCache {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttl: number): Promise<unknown>;
}

/** Commands of a cache that stores in Keyv; it has no increments. */
export function keyvRival<C extends KeyvCache>(
  cache: C,
  del: (key: string) => Promise<unknown>,
  close: () => Promise<unknown>,
): Rival {
  const get = (key: string) => cache.get(key);
  const set = (key: string, value: string, ttl: number) => cache.set(key, value, ttl);
  return { get, set, del, count: (key) => readAddWrite({ get, set }, key), close };
}

/** A store whose errors are heard: unheard, they would end the process. */
export function heard(store: Keyv): Keyv {
  store.on('error', () => {});
  return store;
}
