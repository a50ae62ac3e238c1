import type { Laps } from '../harness/race.js';
import { median, medianRatio, percentile } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { OURS } from './clients.js';
import type { InFlight } from './in-flight.js';
import { CRITICAL_LIMITS, LIMITS, type Limit } from './limits.js';
import { PIPELINING, PLAIN } from './rivals.js';
import type { Scenario } from './scenarios.js';

/** What the race of one scenario brought. */
export interface Measured {
  readonly scenario: Scenario;
  /** CPU time of each operation, microseconds. */
  readonly cpu: Laps;
  /** Operations in a millisecond. */
  readonly throughput: Laps;
  /** How long operations took, milliseconds; with one caller only. */
  readonly latencies: Laps;
}

/** Prints what was measured, and whether what was promised was held. */
export function print(
  names: readonly string[],
  all: readonly Measured[],
  inFlight: readonly InFlight[],
  rounds: number,
): void {
  console.log(`\nHealthy path: CPU time of the client's process, medians of ${rounds} rounds`);
  for (const load of new Set(all.map(({ scenario }) => scenario.load))) {
    printLoad(
      names,
      all.filter(({ scenario }) => scenario.load === load),
    );
  }
  const rows = inFlight.map(({ name, bytes }) => [name, bytes.toFixed(0)]);
  console.log(`\n${table(['memory', 'bytes for a get in flight'], rows)}`);
  printLimits(names, all);
}

function printLoad(names: readonly string[], measured: readonly Measured[]): void {
  const commands = measured.map(({ scenario }) => scenario.command);
  const load = measured[0]?.scenario.load ?? 0;
  const show = (title: string, cell: (measured: Measured, name: string) => string) => {
    const rows = names.map((name) => [name, ...measured.map((each) => cell(each, name))]);
    console.log(`\n${table([`${title}, ${callersIn(load)}`, ...commands], rows)}`);
  };
  show('µs of CPU', ({ cpu }, name) => median(of(cpu, name)).toFixed(2));
  for (const base of [PLAIN, PIPELINING]) {
    show(`× ${base}`, (each, name) => ratio(each, name, base).toFixed(2));
  }
  if (load === 1) {
    show('µs until the answer, p50', ({ latencies }, name) =>
      (1000 * percentile(of(latencies, name), 0.5)).toFixed(0),
    );
  } else {
    show('thousands a second', ({ throughput }, name) => median(of(throughput, name)).toFixed(0));
  }
}

function callersIn(load: number): string {
  return load === 1 ? 'one caller' : `${load} callers`;
}

function printLimits(names: readonly string[], all: readonly Measured[]): void {
  const rows = [...LIMITS, ...CRITICAL_LIMITS].flatMap((limit) =>
    all
      .filter(
        ({ scenario: { command, load } }) =>
          limit.commands.includes(command) && limit.loads.includes(load),
      )
      .map((measured) => limitRow(limit, measured, names)),
  );
  console.log(`\n${table(['promised', 'of', 'measured', 'at most', ''], rows)}`);
}

function limitRow({ client, base, most }: Limit, measured: Measured, names: readonly string[]) {
  const { command, load } = measured.scenario;
  const other = base === 'the cheapest other' ? cheapest(measured, names) : base;
  const found = ratio(measured, client, other);
  return [
    `${client}, ${command} ×${load}`,
    other,
    found.toFixed(2),
    most.toFixed(2),
    found <= most ? 'held' : 'missed',
  ];
}

function cheapest({ cpu }: Measured, names: readonly string[]): string {
  const others = names.filter((name) => !OURS.includes(name));
  return others.reduce((best, name) =>
    median(of(cpu, name)) < median(of(cpu, best)) ? name : best,
  );
}

function ratio({ cpu }: Measured, name: string, base: string): number {
  return medianRatio(of(cpu, name), of(cpu, base));
}

function of(laps: Laps, name: string): readonly number[] {
  return laps.get(name) ?? [];
}
