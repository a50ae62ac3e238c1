import type { KeyRow } from '../../src/web/protocol.js';
import { create, setText } from './dom.js';
import { remaining, SOURCE_WORDS } from './words.js';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

interface Cells {
  readonly row: HTMLTableRowElement;
  readonly key: HTMLElement;
  readonly what: HTMLElement;
  readonly policy: HTMLElement;
  readonly swatch: HTMLElement;
  readonly source: HTMLElement;
  readonly ttl: HTMLElement;
  readonly waits: HTMLElement;
  readonly value: HTMLElement;
}

/** The sample keys: rows are made once, and of their cells only those change that are another. */
export class KeyTable {
  readonly #body: HTMLElement;
  readonly #rows: Cells[] = [];

  constructor(body: HTMLElement) {
    this.#body = body;
  }

  /** `now` by the service's clock. Answers when what is left of the TTLs reads differently, in milliseconds, if ever. */
  draw(keys: readonly KeyRow[], now: number): number | undefined {
    for (const [index, key] of keys.entries()) this.#fill(this.#row(index), key, now);
    for (const { row } of this.#rows.splice(keys.length)) row.remove();
    const left = keys.flatMap(({ deadline }) => (deadline === null ? [] : [deadline - now]));
    if (left.length === 0) return undefined;
    return left.some((ms) => ms < HOUR) ? SECOND : MINUTE;
  }

  #row(index: number): Cells {
    const known = this.#rows[index];
    if (known !== undefined) return known;
    const cells = makeCells();
    this.#rows[index] = cells;
    this.#body.append(cells.row);
    return cells;
  }

  #fill(cells: Cells, row: KeyRow, now: number): void {
    setText(cells.key, row.key);
    setText(cells.what, row.what);
    setText(cells.policy, row.policy);
    cells.swatch.dataset.mode = row.source;
    setText(cells.source, SOURCE_WORDS[row.source]);
    setText(cells.ttl, row.deadline === null ? '–' : remaining(row.deadline - now));
    setText(cells.waits, row.waits ?? '–');
    setText(cells.value, row.value === '' ? '–' : row.value);
    cells.value.title = row.value;
    cells.key.title = row.key;
  }
}

function makeCells(): Cells {
  const key = create('code');
  const what = create('td', { class: 'what' });
  const head = create('th', {}, key);
  head.scope = 'row';
  const policy = create('td');
  const swatch = create('span', { class: 'swatch' });
  const source = create('span');
  const ttl = create('td', { class: 'number' });
  const waits = create('td');
  const value = create('code');
  const row = create(
    'tr',
    {},
    head,
    what,
    policy,
    create('td', {}, swatch, source),
    ttl,
    waits,
    create('td', {}, value),
  );
  return { row, key, what, policy, swatch, source, ttl, waits, value };
}
