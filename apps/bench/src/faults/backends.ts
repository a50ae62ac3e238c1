import type { CacheManagerConfig } from '@cachefb/manager';
import { NodeRedisBackend } from '@cachefb/node-redis';

/** What a manager may have for its Redis, by the name of the client under it. */
export const BACKENDS = {
  ioredis: (url) => url,
  'node-redis': (url, timeout) => new NodeRedisBackend(url, { timeout }),
} as const satisfies Record<
  string,
  (url: string, timeout: number) => NonNullable<CacheManagerConfig['redis']>
>;

/** The client under a backend. */
export type BackendName = keyof typeof BACKENDS;

/** The name of a backend; `undefined` for anything else. */
export function toBackendName(text: string): BackendName | undefined {
  return Object.hasOwn(BACKENDS, text) ? (text as BackendName) : undefined;
}
