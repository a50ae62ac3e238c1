import { type Checked, verdict } from '../harness/limit.js';
import { median, medianRatio, percentile } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { BASE, KNOWN, OTHER, UNKNOWN } from './contestants.js';
import { type Course, type Lap, wayBack } from './way-back.js';

type Courses = ReadonlyMap<string, Course>;

/** The way back after an outage: how long it takes, and what readers feel of it. */
export async function sync(rounds: number): Promise<void> {
  const checked = printWayBack(await wayBack(rounds), rounds);
  console.log(`\n${table(['promised', 'measured', 'at most', ''], checked.map(verdict))}`);
}

function printWayBack(courses: Courses, rounds: number): Checked[] {
  const figures = (name: string, of: (lap: Lap) => number) =>
    (courses.get(name)?.laps ?? []).map(of);
  const both = (name: string, of: (lap: Lap) => number) => {
    const ratio = medianRatio(figures(name, of), figures(BASE, of));
    return [median(figures(name, of)).toFixed(2), ratio.toFixed(2)];
  };
  const rows = [...courses].map(([name, { reads }]) => [
    name,
    ...both(name, ({ wall }) => wall),
    ...both(name, ({ client }) => client),
    ...both(name, ({ server }) => server),
    percentile(reads, 0.99).toFixed(1),
    Math.max(...reads).toFixed(1),
  ]);
  const heading = ['', 'wall s', '×', 'client CPU s', '×', 'server CPU s', '×', 'p99 ms', 'max ms'];
  console.log(
    `\nBringing back 100,000 keys of 90 bytes: medians of ${rounds} rounds; reads beside it\n`,
  );
  console.log(table(heading, rows));
  return [KNOWN, UNKNOWN, OTHER].flatMap((name) => {
    const wall = ({ wall }: Lap) => wall;
    const ratio = medianRatio(figures(name, wall), figures(BASE, wall));
    const p99 = percentile(courses.get(name)?.reads ?? [], 0.99);
    return [
      { promise: `${name}: time`, measured: ratio, most: 1.5, unit: '×' },
      { promise: `${name}: p99 of a reader`, measured: p99, most: 20, unit: 'ms' },
    ];
  });
}
