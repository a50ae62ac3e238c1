import type { Clock } from '@cachefb/core';

/**
 * Waits for an event, for so many milliseconds at most, and keeps the process alive meanwhile.
 *
 * @param subscribe - as `on` of an emitter: answers how to undo it.
 */
export function withinTime(
  ms: number,
  clock: Clock,
  subscribe: (done: () => void) => () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, done);
    // No other timer does: a process that has closed its server would end before what it waits for.
    const alive = setInterval(() => {}, 60_000);
    const undo = subscribe(done);
    function done(): void {
      clearInterval(alive);
      clock.clear(timer);
      undo();
      resolve();
    }
  });
}
