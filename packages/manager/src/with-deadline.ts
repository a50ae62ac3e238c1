import { CacheTimeoutError, type Clock } from '@cachefb/core';

/** A timer this late (milliseconds) tells of an event loop that stood still. */
const TOLERATED_LAG = 20;

/**
 * The same promise, or a `CacheTimeoutError` after `ms` milliseconds. Time in which our own event loop stood still does
 * not count, and what has already arrived is read first.
 */
export function withDeadline<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () =>
      setImmediate(() =>
        reject(new CacheTimeoutError(`no reply within the ${Math.round(ms)} ms that were left`)),
      );
    const due = clock.now() + ms;
    let timer = clock.after(ms, () => {
      const late = clock.now() - due;
      if (late <= TOLERATED_LAG) giveUp();
      else timer = clock.after(Math.min(late, ms), giveUp);
    });
    promise.then(resolve, reject).finally(() => clock.clear(timer));
  });
}
