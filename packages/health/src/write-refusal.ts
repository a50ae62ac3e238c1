import { type BackendStatus, CacheUnavailableError } from '@cachefb/core';

/** An answer that says no to writes, as the error that a write would have met. */
export function writeRefusal({ error }: BackendStatus): CacheUnavailableError {
  if (error instanceof CacheUnavailableError && error.scope === 'writes') return error;
  return new CacheUnavailableError(error?.message ?? 'writes are refused', {
    fate: 'refused',
    scope: 'writes',
    cause: error,
  });
}
