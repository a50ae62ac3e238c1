import type { MeteredCache } from '../measure/metered-cache.js';
import { now } from '../measure/now.js';
import { deadlineOf } from './deadline.js';
import type { Keys } from './keys.js';
import type { Ledger } from './ledger.js';

/** Milliseconds. */
const LIFETIME = 20_000;

/** Pages that take long to make and are therefore cached. Each has an edition, by which an old copy is known. */
export class Pages {
  readonly #cache: MeteredCache;
  readonly #ledger: Ledger;
  readonly #keys: Keys;
  /** The edition that each page has now; the truth, wherever an application keeps that. */
  readonly #editions: number[];
  /** One write of a page at a time: otherwise the shop itself could cache an old edition over a new one. */
  readonly #writing: Promise<void>[];

  constructor(cache: MeteredCache, ledger: Ledger, keys: Keys, size: number) {
    this.#cache = cache;
    this.#ledger = ledger;
    this.#keys = keys;
    this.#editions = Array.from({ length: size }, () => 1);
    this.#writing = Array.from({ length: size }, () => Promise.resolve());
  }

  get size(): number {
    return this.#editions.length;
  }

  /** Shows a page; a copy must not be older than the last one that was stored before it was asked for. */
  async show(number: number): Promise<void> {
    const key = this.#keys.page(number);
    const stored = this.#ledger.pages.get(key);
    const copy = await this.#cache.get(key);
    if (copy === null) return this.#store(number);
    this.#ledger.pageAnswers.checked++;
    if (stored !== undefined && editionOf(copy) < editionOf(stored.value)) {
      this.#ledger.pageAnswers.wrong++;
    }
  }

  /** A new edition of a page. */
  publish(number: number): Promise<void> {
    this.#editions[number] = (this.#editions[number] ?? 0) + 1;
    return this.#store(number);
  }

  #store(number: number): Promise<void> {
    const write = async () => {
      const key = this.#keys.page(number);
      const value = `<h1>Page ${number}</h1> edition ${this.#editions[number]}`;
      const sentAt = now();
      await this.#cache.set(key, value, LIFETIME);
      this.#ledger.pages.set(key, { value, deadline: deadlineOf(sentAt, LIFETIME) });
    };
    const turn = (this.#writing[number] ?? Promise.resolve()).then(write);
    // Who comes next waits for this write, and needs not know whether it failed.
    this.#writing[number] = turn.catch(() => {});
    return turn;
  }
}

/** The edition that a copy of a page is of. */
export function editionOf(copy: string): number {
  return Number(/edition (\d+)$/.exec(copy)?.[1] ?? 0);
}
