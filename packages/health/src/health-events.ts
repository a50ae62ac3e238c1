import type { BackendStatus } from '@cachefb/core';

/** What a health monitor tells; `at` is in epoch milliseconds. */
export interface HealthEvents {
  /** The verdict turned from up to down. */
  down: { readonly error: Error; readonly at: number };
  /** An outage of writes only has become one of everything: `readable` turned `false` while down. */
  unreadable: { readonly error: Error; readonly at: number };
  /** The verdict turned from down to up; `status` is what the last good probe found. */
  up: { readonly status: BackendStatus; readonly at: number };
  /** A probe has ended, told after what it changed. */
  probe: {
    /** Whether the backend answered; it may still refuse writes, see `status`. */
    readonly ok: boolean;
    /** Milliseconds. */
    readonly responseTime: number;
    readonly error?: Error;
    readonly status?: BackendStatus;
    readonly at: number;
  };
}
