import type { HealthState } from './verdict.js';

/** Where back-off begins unless probes are closer together anyway, milliseconds. */
export const BACKOFF_START = 500;
/** The longest time between probes while down, milliseconds. */
export const BACKOFF_LIMIT = 5000;
/** Each failed probe lengthens the wait by this factor: at most half of an outage's length is waited in vain after it. */
const BACKOFF_FACTOR = 1.5;
/** How much of a delay chance may add, so that many processes do not ask at one instant. */
const JITTER = 0.25;
/** The least time between probes that follow a doubt or a good sign, milliseconds. */
export const SPACING = 200;

/**
 * Milliseconds from a probe to the next.
 *
 * @param healthCheckInterval - the time between probes while all is well, milliseconds
 * @param random - from 0 to less than 1
 */
export function nextProbeIn(
  state: HealthState,
  healthCheckInterval: number,
  random: () => number,
): number {
  switch (state.phase) {
    case 'starting':
      return 0;
    case 'up':
      return state.timeouts === 0 ? healthCheckInterval : Math.min(SPACING, healthCheckInterval);
    case 'recovering':
      // Never evenly spaced: a server that fails in the same rhythm would be seen only at its good moments.
      return jittered(SPACING, random);
    case 'down':
      return jittered(backoff(state.failedProbes, healthCheckInterval), random);
  }
}

function backoff(failedProbes: number, healthCheckInterval: number): number {
  const start = Math.min(healthCheckInterval, BACKOFF_START);
  return Math.min(start * BACKOFF_FACTOR ** failedProbes, BACKOFF_LIMIT / (1 + JITTER));
}

function jittered(ms: number, random: () => number): number {
  return ms * (1 + JITTER * random());
}
