import { callers } from './callers.js';
import type { Client } from './clients.js';

/** One column of the table: what is done, by how many at once. */
export interface Scenario {
  readonly name: string;
  /** Operations in one slice. */
  readonly operations: number;
  /** Does one slice with a client. */
  readonly run: (client: Client) => Promise<void>;
}

/** How many keys are used, one after the other. */
const KEYS = 1000;
const VALUE = 'x'.repeat(100);
/** Callers at once, with operations in a slice: enough of them for CPU time to be told apart. */
const LOADS = [
  [1, 2000],
  [50, 10_000],
  [500, 20_000],
] as const;

/** `get` and `set` at each load. */
export const SCENARIOS: readonly Scenario[] = LOADS.flatMap(([count, operations]) => [
  {
    name: `get ×${count}`,
    operations,
    run: ({ prefix, get }) => callers(count, operations, (turn) => get(`${prefix}${turn % KEYS}`)),
  },
  {
    name: `set ×${count}`,
    operations,
    run: ({ prefix, set }) =>
      callers(count, operations, (turn) => set(`${prefix}${turn % KEYS}`, VALUE)),
  },
]);

/** Writes every key once, so that each `get` finds something. */
export function fill({ prefix, set }: Client): Promise<void> {
  return callers(50, KEYS, (turn) => set(`${prefix}${turn}`, VALUE));
}
