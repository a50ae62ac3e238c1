import { channel } from 'node:diagnostics_channel';
import type { HealthStatus, SyncStats } from '@cachefb/core';
import type { Resolution } from '@cachefb/sync';

/** What a manager tells; also published on `node:diagnostics_channel` as `cachefb:<event>`. */
export interface ManagerEvents {
  /** Memory answers from now on. */
  failover: {
    /** `'unavailable'`, `'writes-refused'`, `'manual'` or `'unavailable-at-start'`. */
    readonly reason: FailoverReason;
    readonly error?: Error;
    /** Epoch milliseconds. */
    readonly at: number;
  };
  /** Redis answers again, and everything is brought back. */
  recovery: {
    /** How long memory answered, milliseconds. */
    readonly downtime: number;
    /** Records brought back. */
    readonly synced: number;
    readonly conflicts: number;
    readonly dropped: number;
    /** Epoch milliseconds. */
    readonly at: number;
  };
  'sync:start': { readonly pending: number };
  'sync:progress': { readonly done: number; readonly total: number };
  'sync:complete': SyncStats;
  conflict: { readonly key: string; readonly resolution: Resolution };
  health: HealthStatus;
}

/** Why memory took over. */
export type FailoverReason = 'unavailable' | 'writes-refused' | 'manual' | 'unavailable-at-start';

const CHANNELS = {
  failover: channel('cachefb:failover'),
  recovery: channel('cachefb:recovery'),
  'sync:start': channel('cachefb:sync:start'),
  'sync:progress': channel('cachefb:sync:progress'),
  'sync:complete': channel('cachefb:sync:complete'),
  conflict: channel('cachefb:conflict'),
  health: channel('cachefb:health'),
} as const;

/** Publishes an event for whoever listens in this process, without knowing the manager. */
export function publish<E extends keyof ManagerEvents>(event: E, payload: ManagerEvents[E]): void {
  CHANNELS[event].publish(payload);
}
