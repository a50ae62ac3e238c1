import { callers } from './callers.js';
import type { Client, Commands } from './client.js';

/** One column of a table: what is done, by how many at once. */
export interface Scenario {
  readonly command: MeasuredCommand;
  /** Callers at once. */
  readonly load: number;
  /** Operations in one slice. */
  readonly operations: number;
  /** Does one slice with a client; with `latencies`, notes how long each operation took, milliseconds. */
  readonly run: (client: Client, latencies?: number[]) => Promise<void>;
}

/** How many keys are used, one after the other. */
const KEYS = 1000;
const VALUE = 'x'.repeat(100);
/** Callers at once, with operations in a slice: enough of them for CPU time to be told apart. */
const LOADS = [
  [1, 1500],
  [50, 6000],
  [500, 12_000],
] as const;

/** What is measured, under the name that the tables have. */
const OPERATIONS = {
  get: ({ get }: Commands, key: string) => get(key),
  set: ({ set }: Commands, key: string) => set(key, VALUE),
  'set with TTL': ({ setTtl }: Commands, key: string) => setTtl(`${key}:ttl`, VALUE),
  incr: ({ incr }: Commands, key: string) => incr(`${key}:n`),
  hget: ({ hget }: Commands, key: string) => hget(`${key}:h`, 'field'),
  'hget, one hash': ({ hget }: Commands, key: string, hash: string) => hget(hash, key),
  del: ({ del }: Commands, key: string) => del(`${key}:gone`),
} as const;

export type MeasuredCommand = keyof typeof OPERATIONS;

/** Every command at each load. */
export const SCENARIOS: readonly Scenario[] = LOADS.flatMap(([load, operations]) =>
  (Object.keys(OPERATIONS) as MeasuredCommand[]).map((command) => ({
    command,
    load,
    operations,
    run: ({ prefix, commands }: Client, latencies?: number[]) => {
      const operation = OPERATIONS[command];
      const hash = hashOf(prefix);
      const once = (turn: number) => operation(commands, `${prefix}${turn % KEYS}`, hash);
      return callers(load, operations, latencies === undefined ? once : timed(once, latencies));
    },
  })),
);

function timed(once: (turn: number) => Promise<unknown>, latencies: number[]) {
  return async (turn: number) => {
    const start = performance.now();
    await once(turn);
    latencies.push(performance.now() - start);
  };
}

/** Writes every key once, so that each read finds something. */
export function fill({ prefix, commands }: Client): Promise<void> {
  return callers(50, KEYS, async (turn) => {
    await commands.set(`${prefix}${turn}`, VALUE);
    await commands.hset(`${prefix}${turn}:h`, 'field', VALUE);
    await commands.hset(hashOf(prefix), `${prefix}${turn}`, VALUE);
  });
}

/** The one hash that has a field for every key. */
function hashOf(prefix: string): string {
  return `${prefix}all`;
}
