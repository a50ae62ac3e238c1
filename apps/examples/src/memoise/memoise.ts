import type { CacheManager, GetOrSetOptions } from '@cachefb/manager';

/**
 * The same function, remembered: called once for each argument while it is fresh, however many ask at once, and answered by
 * an old value where it fails.
 */
export function memoise<A extends string | number, R extends string | number | boolean | object>(
  cache: Pick<CacheManager, 'getOrSet'>,
  name: string,
  slow: (argument: A) => Promise<R>,
  options: GetOrSetOptions,
): (argument: A) => Promise<R> {
  return (argument) => cache.getOrSet(`${name}:${argument}`, () => slow(argument), options);
}
