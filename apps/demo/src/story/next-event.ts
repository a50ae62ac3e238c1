import type { CacheManager, ManagerEvents } from '@cachefb/manager';

/** The next event of a kind, or `undefined` if it does not come in time or nobody wants to wait any more. */
export function nextEvent<E extends keyof ManagerEvents>(
  cache: CacheManager,
  event: E,
  ms: number,
  signal: AbortSignal,
): Promise<ManagerEvents[E] | undefined> {
  return new Promise((resolve) => {
    const finish = (payload?: ManagerEvents[E]) => {
      clearTimeout(timer);
      undo();
      signal.removeEventListener('abort', giveUp);
      resolve(payload);
    };
    const giveUp = () => finish();
    const timer = setTimeout(giveUp, ms);
    const undo = cache.on(event, finish);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
