import {
  type CacheBackend,
  type Clock,
  type CriticalStore,
  integerOption,
  type LoadProgress,
  type Logger,
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { KeyPolicy } from '@cachefb/sync';

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

/** @throws ConfigurationError naming the option and its value. */
export function readSettings(options: FailoverCacheOptions): FailoverSettings {
  const { sync } = options;
  const min = 1;
  return {
    timeout: integerOption('failoverTimeout', options.failoverTimeout, 5000, { min }),
    batchSize: integerOption('syncBatchSize', sync?.batchSize, 100, { min }),
    retryAttempts: integerOption('syncRetryAttempts', sync?.retryAttempts, 3, { min }),
    maxPendingRecords: integerOption('maxPendingRecords', sync?.maxPendingRecords, 100_000, {
      min,
    }),
    maxPendingAge: integerOption('maxPendingAge', sync?.maxPendingAge, 86_400_000, { min }),
    mirrorLimit: integerOption('mirrorLimit', options.mirrorLimit, 10_000, { min }),
  };
}
