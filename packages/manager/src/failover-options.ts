import {
  booleanOption,
  type CacheBackend,
  type Clock,
  ConfigurationError,
  type CriticalStore,
  integerOption,
  type LoadProgress,
  type Logger,
  objectOption,
  optionsObject,
  stringOption,
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { KeyPolicy } from '@cachefb/sync';
import { checkStore } from './persistence/config.js';

/** How changes are brought back. */
export interface SyncOptions {
  /** `false` leaves Redis as it is on recovery. @defaultValue `true` */
  readonly enabled?: boolean;
  /** Records a batch. @defaultValue `100` */
  readonly batchSize?: number;
  /** Attempts at a batch before the pauses grow. @defaultValue `3` */
  readonly retryAttempts?: number;
  /** Records at most; past it the oldest are given up, counted. @defaultValue `100000` */
  readonly maxPendingRecords?: number;
  /** Age of a record at most, milliseconds. @defaultValue `86400000` (a day) */
  readonly maxPendingAge?: number;
}

/** What a {@link FailoverCache} is made of. */
export interface FailoverCacheOptions {
  /** Answers while it is well. Has to bound its commands by a deadline of its own. */
  readonly primary: CacheBackend;
  /** Answers while the primary is away. */
  readonly fallback: CacheBackend;
  /** Decides which; by default one that probes the primary. */
  readonly health?: HealthMonitor;
  readonly sync?: SyncOptions;
  /** Globs of keys that are mirrored, served and brought back. @defaultValue `[]` */
  readonly criticalKeys?: readonly string[];
  /** Policies by pattern; the first match counts. @defaultValue `[]` */
  readonly keyPolicies?: readonly KeyPolicy[];
  /** Where the journal, and copies of keys that are to persist, survive the process. @defaultValue none */
  readonly store?: CriticalStore | undefined;
  /** What keys begin with that are to persist although no policy says so. @defaultValue none */
  readonly persistKeyPrefix?: string | undefined;
  /** Called while the store is loaded. @defaultValue none */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
  /** The longest a caller waits for the primary, milliseconds. @defaultValue `5000` */
  readonly failoverTimeout?: number;
  /** Milliseconds between probes while the primary is well. @defaultValue `30000` */
  readonly healthCheckInterval?: number;
  /** Copies of critical keys at most. @defaultValue `10000` */
  readonly mirrorLimit?: number;
  /** One line a change of state. @defaultValue none */
  readonly logger?: Logger;
  /** @defaultValue `systemClock` */
  readonly clock?: Clock;
}

/** The numbers among the options, checked and complete. */
export interface FailoverSettings {
  readonly timeout: number;
  readonly batchSize: number;
  readonly retryAttempts: number;
  readonly maxPendingRecords: number;
  readonly maxPendingAge: number;
  readonly mirrorLimit: number;
}

const NAMES = [
  'primary',
  'fallback',
  'health',
  'sync',
  'criticalKeys',
  'keyPolicies',
  'store',
  'persistKeyPrefix',
  'onLoadProgress',
  'failoverTimeout',
  'healthCheckInterval',
  'mirrorLimit',
  'logger',
  'clock',
] as const;
const SYNC_NAMES = [
  'enabled',
  'batchSize',
  'retryAttempts',
  'maxPendingRecords',
  'maxPendingAge',
] as const;
const BACKEND_METHODS = ['connect', 'ping', 'disconnect', 'read', 'apply', 'get'] as const;
const HEALTH_METHODS = ['start', 'stop', 'on', 'succeeded', 'failed', 'probeNow'] as const;

/**
 * Checks all options but the patterns and policies.
 *
 * @throws ConfigurationError naming the option and its value.
 */
export function readSettings(options: FailoverCacheOptions): FailoverSettings {
  const given = optionsObject<FailoverCacheOptions>('', options, NAMES);
  const sync = optionsObject<SyncOptions>('sync', given.sync, SYNC_NAMES);
  for (const name of ['primary', 'fallback'] as const) {
    if (objectOption(name, given[name], BACKEND_METHODS) === undefined) {
      throw new ConfigurationError(name, undefined, 'a backend');
    }
  }
  objectOption('health', given.health, HEALTH_METHODS);
  checkStore(given.store, given.onLoadProgress);
  objectOption('logger', given.logger, ['debug', 'info', 'warn', 'error']);
  objectOption('clock', given.clock, ['now', 'after', 'clear']);
  stringOption('persistKeyPrefix', given.persistKeyPrefix, 'none');
  booleanOption('sync.enabled', sync.enabled, true);
  const min = 1;
  const { maxPendingRecords, maxPendingAge } = sync;
  return {
    timeout: integerOption('failoverTimeout', given.failoverTimeout, 5000, { min }),
    batchSize: integerOption('sync.batchSize', sync.batchSize, 100, { min }),
    retryAttempts: integerOption('sync.retryAttempts', sync.retryAttempts, 3, { min }),
    maxPendingRecords: integerOption('sync.maxPendingRecords', maxPendingRecords, 100_000, { min }),
    maxPendingAge: integerOption('sync.maxPendingAge', maxPendingAge, 86_400_000, { min }),
    mirrorLimit: integerOption('mirrorLimit', given.mirrorLimit, 10_000, { min }),
  };
}
