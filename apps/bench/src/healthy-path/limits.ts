import { BESIDE, CRITICAL, MANAGER, OVER_NODE_REDIS } from './clients.js';
import { PIPELINING, PLAIN } from './rivals.js';
import type { MeasuredCommand } from './scenarios.js';

/** What a client of ours is meant to cost at most, as a multiple of another client's CPU time. */
export interface Limit {
  readonly client: string;
  /** Another client, or the cheapest of those that are not ours. */
  readonly base: string | 'the cheapest other';
  readonly commands: readonly MeasuredCommand[];
  /** Numbers of callers for which it holds. */
  readonly loads: readonly number[];
  readonly most: number;
}

const SENT_APART = ['set with TTL', 'incr', 'hget', 'hget, one hash', 'del'] as const;

/** What was promised of the healthy path. */
export const LIMITS: readonly Limit[] = [MANAGER, BESIDE, OVER_NODE_REDIS].flatMap((client) => [
  { client, base: PLAIN, commands: ['get'], loads: [50], most: 0.3 },
  { client, base: PLAIN, commands: ['get'], loads: [500], most: 0.15 },
  { client, base: 'the cheapest other', commands: ['get'], loads: [50, 500], most: 1 },
  { client, base: PLAIN, commands: ['set'], loads: [50], most: 0.35 },
  { client, base: PLAIN, commands: ['set'], loads: [500], most: 0.2 },
  { client, base: PIPELINING, commands: SENT_APART, loads: [50, 500], most: 1 },
  { client, base: PLAIN, commands: ['get', 'set'], loads: [1], most: 1.1 },
]);

/** What was promised of keys of which a copy is kept. */
export const CRITICAL_LIMITS: readonly Limit[] = [
  { client: CRITICAL, base: PLAIN, commands: ['get', 'set'], loads: [50], most: 0.6 },
];
