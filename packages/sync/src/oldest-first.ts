/** Entries that may be added, beyond as many as there are, before the place is given up. */
const SLACK = 1000;

/**
 * Hands out the oldest keys of a map. A fresh iterator would each time walk over all that were deleted before; this one
 * goes on where it stood. It has to be told of additions: an iterator that stands still keeps all alive that has left the
 * map since.
 */
export class OldestFirst<K> {
  readonly #map: ReadonlyMap<K, unknown>;
  #keys: Iterator<K> | undefined;
  #added = 0;

  constructor(map: ReadonlyMap<K, unknown>) {
    this.#map = map;
  }

  /** Something was added to the map. */
  added(): void {
    if (this.#keys === undefined || ++this.#added <= this.#map.size + SLACK) return;
    this.#keys = undefined;
  }

  /**
   * The oldest key; `undefined` if there is none. One that then stays in the map is passed over until all others have been
   * handed out.
   */
  next(): K | undefined {
    this.#added = 0;
    const step = this.#keys?.next();
    if (step?.done === false) return step.value;
    // An iterator that has come to the end stays there, whatever is added.
    this.#keys = this.#map.keys();
    const first = this.#keys.next();
    if (first.done) this.#keys = undefined;
    return first.value;
  }
}
