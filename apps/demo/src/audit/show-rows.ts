import { plural } from '../screen/format.js';
import type { Screen } from '../screen/screen.js';
import { table } from '../screen/table.js';
import type { Row } from './row.js';

const EXAMPLES = 3;

/** Prints the comparison; answers whether every promise was kept. */
export function showRows(screen: Screen, rows: readonly Row[], where: string): boolean {
  const broken = rows.filter(({ problems }) => problems.length > 0);
  const lines = table([
    ['', 'promised', `found ${where}`, ''],
    ...rows.map(({ what, promised, found, problems }) => [
      what,
      promised,
      found,
      problems.length === 0 ? screen.paint('good', 'ok') : screen.paint('bad', 'NOT OK'),
    ]),
  ]);
  for (const line of lines) screen.line(line);
  screen.line();
  for (const { what, problems } of broken) {
    for (const problem of problems.slice(0, EXAMPLES)) screen.line(`  ${what}: ${problem}`);
    const more = problems.length - EXAMPLES;
    if (more > 0) screen.line(`  ${what}: and ${plural(more, 'more like it', 'more like these')}`);
  }
  return broken.length === 0;
}
