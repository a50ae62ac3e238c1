import type { Stage } from './stage.js';

/** What the keys hold that are there before the callers come, and that nobody writes to. */
export const UNTOUCHED = 'as it was';

/** Keys that a caller only reads. */
export function untouchedKeys(caller: number): {
  readonly critical: string;
  readonly ordinary: string;
} {
  return { critical: `session:fixed:${caller}`, ordinary: `page:fixed:${caller}` };
}

/** Writes them, beside the cache. */
export async function leaveUntouched(stage: Stage, caller: number): Promise<void> {
  const { critical, ordinary } = untouchedKeys(caller);
  await stage.call('MSET', critical, UNTOUCHED, ordinary, UNTOUCHED);
}
