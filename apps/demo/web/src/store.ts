import { appendBounded } from '../../src/web/bounded-list.js';
import {
  type Band,
  LIMITS,
  type ListName,
  type LogEntry,
  type Message,
  type Report,
  type Sample,
  type ValueName,
  type Values,
} from '../../src/web/protocol.js';

/** Samples by column, as the charts want them. */
export interface Columns {
  at: number[];
  ops: number[];
  median: (number | null)[];
  p99: (number | null)[];
  hitRatio: (number | null)[];
  pending: number[];
  progress: (number | null)[];
}

/** What has changed since the page was last drawn; `everything` after a snapshot. */
export type Part = ListName | ValueName | 'everything';

/** All that the page shows, bounded however long it is open. Knows nothing of how it is shown. */
export class Store {
  readonly columns: Columns = noColumns();
  readonly bands: Band[] = [];
  readonly log: LogEntry[] = [];
  readonly reports: Report[] = [];
  values: Values = { health: null, rig: null, keys: [], totals: null };
  /** How far the service's clock is ahead of ours, milliseconds. */
  offset = 0;
  readonly #onChange: (part: Part) => void;

  constructor(onChange: (part: Part) => void) {
    this.#onChange = onChange;
  }

  /** The last moment of which something is known, epoch milliseconds of the service's clock. */
  get latest(): number {
    return this.columns.at.at(-1) ?? 0;
  }

  /** Takes a message in. `now` is this machine's clock. */
  apply(message: Message, now: number): void {
    switch (message.kind) {
      case 'snapshot': {
        const { samples, bands, log, reports } = message.lists;
        this.offset = message.now - now;
        Object.assign(this.columns, noColumns());
        for (const sample of samples) this.#addSample(sample);
        replaceAll(this.bands, bands);
        replaceAll(this.log, log);
        replaceAll(this.reports, reports);
        this.values = message.values;
        this.#onChange('everything');
        return;
      }
      case 'append':
        if (message.list === 'samples') this.#addSample(message.item);
        else if (message.list === 'bands') this.#add(this.bands, message.item, 'bands');
        else if (message.list === 'log') this.#add(this.log, message.item, 'log');
        else this.#add(this.reports, message.item, 'reports');
        this.#onChange(message.list);
        return;
      case 'replace':
        this.values = { ...this.values, [message.name]: message.value };
        this.#onChange(message.name);
    }
  }

  #add<T>(list: T[], item: T, name: ListName): void {
    appendBounded(list, item, LIMITS[name]);
  }

  #addSample({ at, ops, median, p99, hitRatio, pending, progress }: Sample): void {
    const { columns } = this;
    const limit = LIMITS.samples;
    appendBounded(columns.at, at, limit);
    appendBounded(columns.ops, ops, limit);
    appendBounded(columns.median, median, limit);
    appendBounded(columns.p99, p99, limit);
    appendBounded(columns.hitRatio, hitRatio === null ? null : hitRatio * 100, limit);
    appendBounded(columns.pending, pending, limit);
    appendBounded(columns.progress, progress === null ? null : progress * 100, limit);
  }
}

function noColumns(): Columns {
  return { at: [], ops: [], median: [], p99: [], hitRatio: [], pending: [], progress: [] };
}

function replaceAll<T>(list: T[], items: readonly T[]): void {
  list.splice(0, list.length, ...items);
}
