import { readFile, writeFile } from 'node:fs/promises';
import { table } from '../harness/table.js';
import { ChildPlayer } from './child-player.js';
import type { Contestant } from './contestants/contestant.js';
import { firstSets } from './first-set.js';
import { type Options, readOptions, USAGE } from './options.js';
import { OUTAGES, type Outage } from './outages.js';
import { runOutage } from './run-outage.js';
import { cellsOf, HEADINGS, markdownTable, type Row, shortTable } from './table.js';
import { versions } from './versions.js';

const PAGE = new URL('../../../../docs/comparison.md', import.meta.url);
/** Where the short table of the first outage stands. */
const README = new URL('../../../../README.md', import.meta.url);
const TABLES = /(<!-- rivals -->\n).*?(<!-- \/rivals -->)/s;

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await main(options);
}

async function main({ contestants, outages, write }: Options): Promise<void> {
  const sections: string[] = [];
  let short = '';
  for (const outage of outages) {
    const rows: Row[] = [];
    for (const contestant of contestants) rows.push(await runRow(contestant, outage));
    if (outage === OUTAGES[0]) short = shortTable(rows);
    const caption = `**${outage.name}**: ${outage.about}`;
    console.log(`\n${caption}\n\n${table(HEADINGS, rows.map(cellsOf))}`);
    sections.push(`${caption}\n\n${markdownTable(rows)}\n`);
  }
  const closing = [await firstSets(contestants), await versions(contestants)];
  console.log(`\n${closing.join('\n')}`);
  if (!write) return;
  await writeInto(PAGE, [...sections, `${closing.join('\n\n')}\n`].join('\n'));
  if (short !== '') await writeInto(README, `${short}\n`);
}

async function runRow(contestant: Contestant, outage: Outage): Promise<Row> {
  const { name } = contestant;
  const launch = (port: number) => ChildPlayer.start(name, port);
  const report = await runOutage(contestant, outage, { launch }).catch((error: Error) => error);
  console.error(`${outage.name}: ${name}`);
  return { name, report };
}

async function writeInto(page: URL, markdown: string): Promise<void> {
  const text = await readFile(page, 'utf8');
  await writeFile(
    page,
    text.replace(TABLES, (_, start, end) => `${start}${markdown}${end}`),
  );
}
