import type { Ledger } from '../shop/ledger.js';

/** How much of what has ended is still to be compared. */
const MOST = 5000;
/** A session that has run out is left to Redis for so long, milliseconds. */
const GRACE = 1000;

/**
 * Forgets what has ended, lest the ledger grow for ever: sessions that ran out and visitors who logged out, all of them once they were
 * compared, else the oldest.
 */
export function pruneLedger(
  { sessions, loggedOut }: Ledger,
  now: number,
  { inspected }: { readonly inspected: boolean },
): void {
  const keep = inspected ? 0 : MOST;
  forget(loggedOut, loggedOut.size - keep);
  const over: string[] = [];
  for (const [key, { deadline }] of sessions) {
    if (deadline.latest + GRACE < now) over.push(key);
  }
  for (const key of over.slice(0, Math.max(0, over.length - keep))) sessions.delete(key);
}

function forget(keys: Set<string>, count: number): void {
  let left = count;
  for (const key of keys) {
    if (left-- <= 0) return;
    keys.delete(key);
  }
}
