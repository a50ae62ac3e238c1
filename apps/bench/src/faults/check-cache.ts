import type { CacheManager } from '@cachefb/manager';
import type { Promises } from './promises.js';

/** Compares what a cache without its Redis answers with what callers were promised. */
export async function brokenInMemory(cache: CacheManager, promises: Promises): Promise<string[]> {
  const broken: string[] = [];
  for (const [key, { value, deadline }] of promises.strings) {
    const found = await cache.get(key);
    if (found !== value) broken.push(`${key} is answered with ${found}, not ${value}`);
    const ttl = await cache.pttl(key);
    const latest = deadline === undefined ? undefined : deadline - performance.now() + 5;
    if (latest !== undefined && ttl > latest) broken.push(`${key} ends too late`);
  }
  for (const [key, fields] of promises.hashes) {
    const found = await cache.hgetall(key);
    for (const [field, value] of fields) {
      if (found[field] !== value) broken.push(`field ${field} of ${key} is ${found[field]}`);
    }
  }
  return broken;
}
