/**
 * The highest hit ratio that any cache of `capacity` entries could have that takes every key in: it evicts what is
 * not needed for longest, which takes knowing the future.
 *
 * @see L. A. Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 1966
 */
export function optimalHitRatio(requests: Uint32Array, capacity: number): number {
  const nextUse = nextUses(requests);
  /** When each key that is in the cache is needed next. */
  const cached = new Map<number, number>();
  const latest = new LatestFirst();
  let hits = 0;
  for (let i = 0; i < requests.length; i++) {
    const key = requests[i]!;
    if (cached.has(key)) hits++;
    else if (cached.size >= capacity) cached.delete(latest.take(cached));
    cached.set(key, nextUse[i]!);
    latest.add(nextUse[i]!, key);
  }
  return hits / requests.length;
}

/** For each request the position of the next one of its key; beyond the end, a different one for each. */
function nextUses(requests: Uint32Array): Float64Array {
  const next = new Float64Array(requests.length);
  const seen = new Map<number, number>();
  for (let i = requests.length - 1; i >= 0; i--) {
    next[i] = seen.get(requests[i]!) ?? 2 * requests.length + i;
    seen.set(requests[i]!, i);
  }
  return next;
}

/** A heap of uses, the latest on top. Uses that have passed stay in it until they come up. */
class LatestFirst {
  readonly #uses: number[] = [];
  readonly #keys: number[] = [];

  add(use: number, key: number): void {
    let at = this.#uses.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#uses[parent]! >= use) break;
      this.#put(at, this.#uses[parent]!, this.#keys[parent]!);
      at = parent;
    }
    this.#put(at, use, key);
  }

  /** Takes out the key that is needed last of those that are cached. */
  take(cached: ReadonlyMap<number, number>): number {
    for (;;) {
      const use = this.#uses[0]!;
      const key = this.#keys[0]!;
      this.#drop();
      if (cached.get(key) === use) return key;
    }
  }

  #drop(): void {
    const use = this.#uses.pop()!;
    const key = this.#keys.pop()!;
    const length = this.#uses.length;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && this.#uses[child + 1]! > this.#uses[child]!) child++;
      if (this.#uses[child]! <= use) break;
      this.#put(at, this.#uses[child]!, this.#keys[child]!);
      at = child;
    }
    this.#put(at, use, key);
  }

  #put(at: number, use: number, key: number): void {
    this.#uses[at] = use;
    this.#keys[at] = key;
  }
}
