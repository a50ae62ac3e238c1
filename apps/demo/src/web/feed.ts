import { appendBounded } from './bounded-list.js';
import {
  type Append,
  LIMITS,
  type ListName,
  type Lists,
  type Message,
  type Replace,
  type Snapshot,
  type ValueName,
  type Values,
} from './protocol.js';

/** Keeps what the page shows, bounded, for those who come late, and tells subscribers what changes. */
export class Feed {
  readonly #lists: { [L in ListName]: Lists[L][] } = {
    samples: [],
    bands: [],
    log: [],
    reports: [],
  };
  readonly #values: { -readonly [V in ValueName]: Values[V] } = {
    health: null,
    rig: null,
    keys: [],
    totals: null,
  };
  readonly #subscribers = new Set<(message: Message) => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many look on. */
  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Everything so far. */
  snapshot(): Snapshot {
    const { samples, bands, log, reports } = this.#lists;
    return {
      kind: 'snapshot',
      now: this.#now(),
      lists: { samples: [...samples], bands: [...bands], log: [...log], reports: [...reports] },
      values: { ...this.#values },
    };
  }

  /** Tells of everything from now on; answers how to stop that. */
  subscribe(listener: (message: Message) => void): () => void {
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  }

  /** One more item of a list. */
  append<L extends ListName>(list: L, item: Lists[L]): void {
    appendBounded<Lists[L]>(this.#lists[list], item, LIMITS[list]);
    this.#tell({ kind: 'append', list, item } as Append);
  }

  /** Replaces the last item of a list for those who come later. Nobody is told: it says nothing new. */
  amend<L extends ListName>(list: L, item: Lists[L]): void {
    const items: Lists[L][] = this.#lists[list];
    items[items.length - 1] = item;
  }

  /** A value; nobody is told of one that is as before. */
  replace<V extends ValueName>(name: V, value: Values[V]): void {
    if (JSON.stringify(this.#values[name]) === JSON.stringify(value)) return;
    this.#values[name] = value;
    this.#tell({ kind: 'replace', name, value } as Replace);
  }

  #tell(message: Message): void {
    for (const listener of this.#subscribers) listener(message);
  }
}
