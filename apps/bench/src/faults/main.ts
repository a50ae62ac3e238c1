import { readFile, writeFile } from 'node:fs/promises';
import { table } from '../harness/table.js';
import { toBackendName } from './backends.js';
import { FAULTS } from './list/all.js';
import { type FaultReport, HEADINGS, markdownTable, rowOf } from './report.js';
import { runFault } from './run-fault.js';

const USAGE =
  'usage: faults [part of a name]… [--backend=ioredis|node-redis] [--markdown] [--write]';
const BACKEND = '--backend=';
const PAGE = new URL('../../../../docs/faults.md', import.meta.url);
const TABLE = /(<!-- faults -->\n).*?(<!-- \/faults -->)/s;

await main(process.argv.slice(2).filter((arg) => arg !== '--'));

async function main(args: readonly string[]): Promise<void> {
  const flags = args.filter((arg) => arg.startsWith('--'));
  const options = flags.filter((arg) => !arg.startsWith(BACKEND));
  const named = flags.find((arg) => arg.startsWith(BACKEND)) ?? `${BACKEND}ioredis`;
  const backend = toBackendName(named.slice(BACKEND.length));
  const parts = args.filter((arg) => !arg.startsWith('--'));
  const chosen = FAULTS.filter(
    ({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)),
  );
  const isUnknown = options.some((option) => option !== '--markdown' && option !== '--write');
  if (isUnknown || backend === undefined || !chosen.length) {
    console.error(`${USAGE}\n\n${FAULTS.map(({ name }) => `  ${name}`).join('\n')}`);
    process.exitCode = 2;
    return;
  }
  const reports: FaultReport[] = [];
  for (const fault of chosen) {
    const report = await runFault(fault, { backend });
    reports.push(report);
    if (!options.includes('--markdown')) console.error(progress(report));
  }
  const text = options.includes('--markdown')
    ? markdownTable(reports)
    : `\n${table(HEADINGS, reports.map(rowOf))}`;
  console.log(text);
  if (options.includes('--write')) await write(markdownTable(reports));
  if (reports.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

function progress({ name, problems }: FaultReport): string {
  const shown = problems.slice(0, 10).map((problem) => `    ${problem}`);
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`    and ${more} more`);
  return [`${problems.length === 0 ? '✓' : '✗'} ${name}`, ...shown].join('\n');
}

async function write(markdown: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  await writeFile(
    PAGE,
    page.replace(TABLE, (_, start, end) => `${start}${markdown}\n${end}`),
  );
}
