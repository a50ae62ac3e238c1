import { type Clock, systemClock } from '@cachefb/core';

/**
 * Milliseconds from this process's clock, which never jumps, to the one on the wall, which is all that two processes
 * share. A clock that was handed in is its own wall.
 */
export function wallShift(clock: Clock): number {
  return clock === systemClock ? Date.now() - clock.now() : 0;
}
