import { plural, seconds } from '../../src/screen/format.js';
import type { Report, ReportRow } from '../../src/web/protocol.js';
import { byId, create, setText } from './dom.js';
import { timeOfDay } from './words.js';

const NOTHING_YET =
  'After each recovery everybody stands still for a moment, and a connection that has nothing to do with the shop asks ' +
  'Redis what is really there. Take Redis away and bring it back to see it.';

/** What was promised beside what was found, for the last recovery or one that was picked. */
export class ReportPanel {
  readonly #select = byId<HTMLSelectElement>('reports');
  readonly #body = byId('report');
  readonly #note = byId('report-note');
  #reports: readonly Report[] = [];

  constructor() {
    this.#select.addEventListener('change', () => this.#show());
    setText(this.#note, NOTHING_YET);
  }

  /** Shows the newest. */
  draw(reports: readonly Report[]): void {
    this.#reports = [...reports].reverse();
    if (this.#reports.length > 0) {
      this.#select.disabled = false;
      this.#select.replaceChildren(...this.#reports.map(option));
    }
    this.#show();
  }

  #show(): void {
    const report = this.#reports[Math.max(0, this.#select.selectedIndex)];
    if (report === undefined) return;
    const broken = report.rows.filter(({ kept }) => !kept).length;
    setText(
      this.#note,
      `Compared at ${timeOfDay(report.at)}, after ${seconds(report.downtime)} without Redis: ` +
        (broken === 0
          ? `all ${plural(report.rows.length, 'promise')} kept.`
          : `${broken} of ${plural(report.rows.length, 'promise')} not kept.`) +
        footnote(report),
    );
    this.#body.replaceChildren(...report.rows.flatMap(rowsOf));
  }
}

function footnote({ ambiguous }: Report): string {
  if (ambiguous === 0) return '';
  return (
    ` * ${plural(ambiguous, 'increment')} since the start had been sent and not answered when a connection broke: ` +
    'each may have counted or not, never twice.'
  );
}

function option({ at, downtime, rows }: Report): HTMLOptionElement {
  const kept = rows.every((row) => row.kept) ? 'all kept' : 'not all kept';
  return create('option', {
    text: `${timeOfDay(at)}, ${seconds(downtime)} without Redis, ${kept}`,
  });
}

function rowsOf({ what, promised, found, kept, problems }: ReportRow): HTMLElement[] {
  const head = create('th', { text: what });
  head.scope = 'row';
  const verdict = create('td', {
    class: kept ? 'kept' : 'broken',
    text: kept ? '✓ kept' : '✗ not kept',
  });
  const row = create(
    'tr',
    {},
    head,
    create('td', { text: promised }),
    create('td', { text: found }),
    verdict,
  );
  if (problems.length === 0) return [row];
  const cell = create('td', { class: 'problem', text: problems.join('; ') });
  cell.colSpan = 4;
  return [row, create('tr', {}, cell)];
}
