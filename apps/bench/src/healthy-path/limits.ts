import { BESIDE, CRITICAL, MANAGER, PIPELINING, PLAIN } from './clients.js';

/** What the manager is meant to cost at most, as a multiple of another client's CPU time. */
export interface Limit {
  readonly client: string;
  readonly base: string;
  /** Numbers of callers for which it holds. */
  readonly loads: readonly number[];
  readonly most: number;
}

/** What was promised of the healthy path. */
export const LIMITS: readonly Limit[] = [
  { client: MANAGER, base: PLAIN, loads: [1], most: 1.25 },
  { client: MANAGER, base: PLAIN, loads: [50, 500], most: 1 },
  { client: MANAGER, base: PIPELINING, loads: [50, 500], most: 1.3 },
  { client: BESIDE, base: PLAIN, loads: [1], most: 1.25 },
  { client: BESIDE, base: PLAIN, loads: [50, 500], most: 1 },
  { client: BESIDE, base: PIPELINING, loads: [50, 500], most: 1.3 },
  { client: CRITICAL, base: PLAIN, loads: [1, 50, 500], most: 1.5 },
];
