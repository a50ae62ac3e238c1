import { readNumbers } from '../harness/read-numbers.js';
import { table } from '../harness/table.js';
import { describePlan } from './plan.js';
import { type HistoryReport, runHistory } from './run-history.js';

const DEFAULTS = { seeds: 200, seed: Math.floor(Math.random() * 1e9), parallel: 2 };
/** How many problems of a seed are shown. */
const SHOWN = 5;

const options = readNumbers(process.argv.slice(2), DEFAULTS);
if (options === undefined) {
  console.error('usage: histories [--seeds 200] [--seed N] [--parallel 2]');
  process.exitCode = 2;
} else {
  await main(options);
}

/** Runs so many seeds, one after the other from the first, some at a time. */
async function main({ seeds, seed: first, parallel }: typeof DEFAULTS): Promise<void> {
  const reports: HistoryReport[] = [];
  let next = first;
  const lane = async () => {
    while (next < first + seeds) {
      const report = await runHistory(next++);
      reports.push(report);
      console.log(progress(report));
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  const sum = (of: (report: HistoryReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0).toLocaleString('en');
  const bad = reports.filter(({ problems }) => problems.length > 0);
  const rows = [
    ['seeds', `${first} to ${first + seeds - 1}`],
    ['processes', sum(({ plan }) => plan.processes)],
    ['disturbances', sum(({ plan }) => plan.disturbances.length)],
    ['commands', sum(({ commands }) => commands)],
    ['changes of the provider', sum(({ changes }) => changes)],
    ['records brought back', sum(({ synced }) => synced)],
    ['conflicts', sum(({ conflicts }) => conflicts)],
    ['ambiguous', sum(({ ambiguous }) => ambiguous)],
    ['slowest command, ms', Math.max(...reports.map(({ slowest }) => slowest)).toFixed(0)],
    ['seeds with a violation', String(bad.length)],
  ];
  console.log(`\n${table(['histories', ''], rows)}`);
  for (const { plan } of bad) console.log(`again: --seed ${plan.seed} --seeds 1`);
  if (bad.length > 0) process.exitCode = 1;
}

function progress({ plan, commands, events, problems }: HistoryReport): string {
  const shown = problems.slice(0, SHOWN).map((problem) => `    ${problem}`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`    and ${more} more`);
  if (problems.length > 0) shown.push(...events.map((event) => `    ${event}`));
  const mark = problems.length === 0 ? '✓' : '✗';
  const line = `${mark} ${plan.seed}  ${commands} commands  ${describePlan(plan)}`;
  return [line, ...shown].join('\n');
}
