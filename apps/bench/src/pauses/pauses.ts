import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { recurring, type Timings } from './recurring.js';

const ROUND = fileURLToPath(new URL('main.js', import.meta.url));
const GOAL = 1;

/**
 * How long single operations take at a million entries, with the stalls of bare arrays and a bare Map beside. What an operation
 * takes in every round is told apart from what came over some operation in a single one, and both from the pauses of the
 * garbage collector.
 */
export async function pauses(rounds: number): Promise<void> {
  const done: Timings[][] = [];
  for (let i = 0; i < Math.max(2, rounds); i++) done.push(await round());
  console.log(
    `\nPauses at a million entries, ms; ${done.length} rounds, each in a process of its own\n`,
  );
  console.log(
    table(
      [
        '',
        'p99.99',
        'in every round: longest',
        'over 1 ms',
        'in one round: longest',
        'with GC: longest',
      ],
      done[0]!.map((_, row) => cells(done.map((timings) => timings[row]!))),
    ),
  );
}

async function round(): Promise<Timings[]> {
  const child = fork(ROUND);
  const [timings] = (await Promise.race([once(child, 'message'), failed(child)])) as [Timings[]];
  return timings;
}

async function failed(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`a round ended with exit code ${code}`);
}

function cells(rounds: readonly Timings[]): string[] {
  const every = recurring(rounds.map(({ long }) => long));
  const any = rounds.flatMap(({ long }) => long);
  const longest = (times: readonly number[]) =>
    times.length === 0 ? '–' : Math.max(...times).toFixed(2);
  return [
    rounds[0]!.name,
    median(rounds.map(({ p9999 }) => p9999)).toFixed(3),
    longest(every),
    String(every.filter((ms) => ms > GOAL).length),
    longest(any.filter(({ collected }) => !collected).map(({ ms }) => ms)),
    longest(any.filter(({ collected }) => collected).map(({ ms }) => ms)),
  ];
}
