/** How the backend fares, in figures. */
export interface MonitorStatus {
  /** Whether the verdict is up. */
  readonly isHealthy: boolean;
  /** Whether reads work: `true` with `isHealthy` `false` is an outage of writes only. */
  readonly readable: boolean;
  /** Whether the last that was heard of writes is that they are accepted. */
  readonly writable: boolean;
  /** When the last probe or failure was seen, epoch milliseconds; 0 before the first. */
  readonly lastCheck: number;
  /** Failures of commands and probes since the last that succeeded. */
  readonly consecutiveFailures: number;
  /** Of the last probe that was answered, milliseconds; 0 before the first. */
  readonly responseTime: number;
  /** Why it is, or was last, not healthy. */
  readonly lastError?: Error;
  /** How often it went down again soon after coming up; forgotten while it stays up. */
  readonly relapses: number;
}
