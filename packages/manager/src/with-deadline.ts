import { CacheTimeoutError, type Clock } from '@cachefb/core';

/** The same promise, or a `CacheTimeoutError` after `ms` milliseconds. */
export function withDeadline<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = clock.after(ms, () =>
      reject(new CacheTimeoutError(`no reply within the ${Math.round(ms)} ms that were left`)),
    );
    promise.then(resolve, reject).finally(() => clock.clear(timer));
  });
}
