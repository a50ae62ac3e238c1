export type { HealthMonitorOptions } from './config.js';
export type { HealthEvents } from './health-events.js';
export { HealthMonitor } from './health-monitor.js';
export type { MonitorStatus } from './monitor-status.js';
export { nextProbeIn } from './probe-schedule.js';
export {
  type Down,
  decide,
  type HealthState,
  holdFor,
  type Outage,
  type Outcome,
  type Recovering,
  type Rules,
  relapsesAt,
  STARTING,
  type Starting,
  type Up,
  type Verdict,
  verdictOf,
} from './verdict.js';
