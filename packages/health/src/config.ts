import {
  type BackendStatus,
  type Clock,
  ConfigurationError,
  integerOption,
  optionsObject,
  systemClock,
} from '@cachefb/core';

/** Options of a {@link HealthMonitor}. */
export interface HealthMonitorOptions {
  /** Asks the backend how it is; rejects if it is not there. `CacheBackend.ping` is one. */
  probe: () => Promise<BackendStatus>;
  /**
   * Milliseconds between probes while up. While down, probing starts at this or at 500 ms, whichever is less.
   * @defaultValue `30000`
   */
  healthCheckInterval?: number | undefined;
  /**
   * The longest that a probe may take, milliseconds; a manager's `failoverTimeout`.
   * @defaultValue `5000`
   */
  timeout?: number | undefined;
  /**
   * Time-outs in a row, of commands and probes, that mean down. Two: one may be a single slow command, and the probe
   * sent at the first one is the second opinion.
   * @defaultValue `2`
   */
  softFailureThreshold?: number | undefined;
  /**
   * Good probes in a row that mean up again. They follow each other after 200 to 250 ms, so three of them span more
   * than a quarter of a second of flapping.
   * @defaultValue `3`
   */
  recoveryProbes?: number | undefined;
  /**
   * Where time comes from.
   * @defaultValue core's `systemClock`
   */
  clock?: Clock | undefined;
  /**
   * A number from 0 to less than 1, for the jitter of the schedule.
   * @defaultValue `Math.random`
   */
  random?: (() => number) | undefined;
}

/** The options checked, with every default in place. */
export type HealthConfig = {
  readonly [K in keyof HealthMonitorOptions]-?: NonNullable<HealthMonitorOptions[K]>;
};

const NAMES = [
  'probe',
  'healthCheckInterval',
  'timeout',
  'softFailureThreshold',
  'recoveryProbes',
  'clock',
  'random',
] as const;

/** The longest delay a timer can have. */
const LONGEST = 2 ** 31 - 1;

/** Checks the options of a monitor; a `ConfigurationError` names the wrong one. */
export function healthConfig(options: HealthMonitorOptions): HealthConfig {
  const given = optionsObject<HealthMonitorOptions>('options', options, NAMES);
  return {
    probe: functionOption('probe', given.probe),
    healthCheckInterval: integerOption('healthCheckInterval', given.healthCheckInterval, 30_000, {
      min: 1,
      max: LONGEST,
    }),
    timeout: integerOption('timeout', given.timeout, 5000, { min: 1, max: LONGEST }),
    softFailureThreshold: integerOption('softFailureThreshold', given.softFailureThreshold, 2, {
      min: 1,
    }),
    recoveryProbes: integerOption('recoveryProbes', given.recoveryProbes, 3, { min: 1 }),
    clock: given.clock ?? systemClock,
    random: functionOption('random', given.random ?? Math.random),
  };
}

function functionOption<F>(option: string, value: F | undefined): F {
  if (typeof value === 'function') return value;
  throw new ConfigurationError(option, value, 'a function');
}
