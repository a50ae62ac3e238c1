import { CacheError } from '@cachefb/core';

/** The cache is used before its beginning. */
export function notInitialized(): CacheError {
  return new CacheError(
    'NOT_INITIALIZED',
    'the cache is not initialized: await initialize() first',
  );
}

/** The cache is used after its end. */
export function closed(): CacheError {
  return new CacheError('CLOSED', 'the cache is disconnected');
}
