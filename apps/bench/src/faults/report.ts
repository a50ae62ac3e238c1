/** What came of one fault. Times are milliseconds. */
export interface FaultReport {
  readonly name: string;
  readonly calls: number;
  readonly rejected: number;
  readonly slowest: number;
  /** The longest that a call may take. */
  readonly limit: number;
  /** From the fault to memory; `undefined` if Redis went on answering. */
  readonly away: number | undefined;
  /** From the end of the fault, or from a fault that lasts a moment only, to Redis; `undefined` if it never left. */
  readonly back: number | undefined;
  /** How often the provider changed. */
  readonly changes: number;
  readonly synced: number;
  readonly ambiguous: number;
  /** Promises that were broken. */
  readonly lost: number;
  /** Errors that nobody caught. */
  readonly uncaught: number;
  /** Everything that was not as it has to be, in sentences; empty if all went well. */
  readonly problems: readonly string[];
}

/** The headings of the table. */
export const HEADINGS = [
  'fault',
  'calls',
  'rejected',
  'slowest ms',
  'to memory ms',
  'to Redis ms',
  'changes',
  'brought back',
  'ambiguous',
  'lost',
  'uncaught',
] as const;

/** A report as a row of the table. */
export function rowOf(report: FaultReport): string[] {
  const { name, calls, rejected, slowest, away, back } = report;
  const { changes, synced, ambiguous, lost, uncaught, problems } = report;
  const mark = problems.length === 0 ? name : `${name} (!)`;
  const figures = [changes, synced, ambiguous, lost, uncaught];
  return [
    mark,
    String(calls),
    String(rejected),
    slowest.toFixed(0),
    ...[away, back].map((ms) => (ms === undefined ? '–' : ms.toFixed(0))),
    ...figures.map(String),
  ];
}

/** Rows as a table in Markdown. */
export function markdownTable(reports: readonly FaultReport[]): string {
  const rule = HEADINGS.map((_, index) => (index === 0 ? '---' : '--:'));
  return [HEADINGS, rule, ...reports.map(rowOf)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
