import { SHARED } from './keys.js';
import type { OutageReport } from './run-outage.js';

/** What came of one outage for the contestant of a name; an error if the run could not be finished. */
export interface Row {
  readonly name: string;
  readonly report: OutageReport | Error;
}

/** The headings of the table. */
export const HEADINGS = [
  '',
  'commands',
  'rejected',
  'over 1 s',
  'slowest ms',
  'reads right',
  'acknowledged set / del / count',
  'sets in Redis',
  'deleted but back',
  'counted in Redis',
  'newer write overwritten',
  'stale afterwards',
  'writes again after ms',
] as const;

/** A row of the table. */
export function cellsOf({ name, report }: Row): string[] {
  if (report instanceof Error) {
    const rest = HEADINGS.length - 2;
    return [name, `ended: ${report.message}`, ...Array<string>(rest).fill('–')];
  }
  const { player, back, sets, resurrected, counted, newer, stale } = report;
  const { outage, acknowledged, reads, right } = player;
  const { set, del, count } = acknowledged;
  return [
    name,
    String(outage.commands),
    String(outage.rejected),
    String(outage.late),
    outage.slowest.toFixed(0),
    share(right, reads),
    `${set} / ${del} / ${count}`,
    withNotes(share(sets.kept, player.set.length), { older: sets.older, gone: sets.gone }),
    share(resurrected, player.deleted.length),
    withNotes(share(counted, player.counted), { ambiguous: player.ambiguous }),
    withNotes(share(newer.overwritten, SHARED.length), { gone: newer.gone }),
    share(stale, SHARED.length),
    back === undefined ? 'never' : back.toFixed(0),
  ];
}

/** Of the headings, those of the short table. */
const SHORT_HEADINGS: readonly (typeof HEADINGS)[number][] = [
  '',
  'rejected',
  'over 1 s',
  'sets in Redis',
  'deleted but back',
  'counted in Redis',
  'newer write overwritten',
  'stale afterwards',
];

/** Each library as it comes, and as its users configure it against outages. */
const SHORT_NAMES: readonly string[] = [
  'cachefb',
  'bentocache',
  'bentocache, circuit breaker',
  'cacheable',
  'cacheable, nonBlocking',
  'cache-manager',
  'cache-manager, nonBlocking',
  'ioredis',
];

/** Rows as a table in Markdown. */
export function markdownTable(rows: readonly Row[]): string {
  return markdown([HEADINGS, ...rows.map(cellsOf)]);
}

/** The rows and columns that say most, as a table in Markdown. */
export function shortTable(rows: readonly Row[]): string {
  const columns = SHORT_HEADINGS.map((heading) => HEADINGS.indexOf(heading));
  const chosen = rows.filter(({ name }) => SHORT_NAMES.includes(name)).map(cellsOf);
  return markdown([HEADINGS, ...chosen].map((cells) => columns.map((at) => cells[at] ?? '')));
}

function markdown([headings = [], ...rows]: readonly (readonly string[])[]): string {
  const rule = headings.map((_, index) => (index === 0 ? '---' : '--:'));
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function share(some: number, all: number): string {
  return `${some} of ${all}`;
}

/** A cell with the figures beside it that are not 0. */
function withNotes(cell: string, notes: Readonly<Record<string, number>>): string {
  const shown = Object.entries(notes).filter(([, count]) => count > 0);
  return [cell, ...shown.map(([what, count]) => `${count} ${what}`)].join(', ');
}
