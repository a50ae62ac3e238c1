import type { CacheCommands } from '@cachefb/core';

/** What a {@link rateLimiter} says to a request. */
export interface Verdict {
  readonly allowed: boolean;
  /** Requests left in this window. */
  readonly remaining: number;
  /** Until the next window begins, milliseconds. */
  readonly resetIn: number;
}

/**
 * So many requests in each window of time. Counts with `incr`, which is added up over processes; make its keys critical, and
 * an outage neither opens the gate nor forgets who was at the limit.
 */
export function rateLimiter(
  cache: CacheCommands,
  { limit, windowMs, now = Date.now }: { limit: number; windowMs: number; now?: () => number },
): (who: string) => Promise<Verdict> {
  return async (who) => {
    const at = now();
    const window = Math.floor(at / windowMs);
    const key = `rate:${who}:${window}`;
    const count = await cache.incr(key);
    const resetIn = (window + 1) * windowMs - at;
    if (count === 1) await cache.pexpire(key, windowMs);
    return { allowed: count <= limit, remaining: Math.max(0, limit - count), resetIn };
  };
}
