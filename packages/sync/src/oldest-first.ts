/**
 * Hands out the oldest entries of a map, for callers who then delete them. A fresh iterator would each time walk over all
 * that were deleted before; this one goes on where it stood.
 */
export class OldestFirst<V> {
  readonly #map: ReadonlyMap<unknown, V>;
  #values: Iterator<V>;

  constructor(map: ReadonlyMap<unknown, V>) {
    this.#map = map;
    this.#values = map.values();
  }

  /** The oldest value; `undefined` if there is none. It has to leave the map before this is called again. */
  next(): V | undefined {
    const step = this.#values.next();
    if (!step.done) return step.value;
    // An iterator that has come to the end stays there, whatever is added.
    this.#values = this.#map.values();
    return this.#values.next().value;
  }
}
