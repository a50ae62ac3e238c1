import type { CacheBackend, Clock, Logger } from '@cachefb/core';
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
