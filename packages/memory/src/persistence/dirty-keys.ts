/** More than this many are not remembered one by one. */
const LIMIT = 131_072;

/** What a store does not know yet: that everything went, and of which keys what it has is out of date. */
export class DirtyKeys {
  readonly #keys = new Set<string>();
  #cleared = false;
  #overflown = false;

  /** How many, `Infinity` if they are not counted any more. */
  get size(): number {
    if (this.#overflown) return Number.POSITIVE_INFINITY;
    return this.#keys.size + (this.#cleared ? 1 : 0);
  }

  /** Whether what is stored of a key is out of date. */
  has(key: string): boolean {
    return this.#cleared || this.#overflown || this.#keys.has(key);
  }

  /** What is stored of a key is out of date. */
  add(key: string): void {
    if (this.#overflown) return;
    this.#keys.add(key);
    if (this.#keys.size <= LIMIT) return;
    this.#overflown = true;
    this.#keys.clear();
  }

  /** Everything went; what is known of keys is not needed any more. */
  clear(): void {
    this.#cleared = true;
    this.#overflown = false;
    this.#keys.clear();
  }

  /** The store could not be told that everything went. */
  giveBackCleared(): void {
    this.#cleared = true;
  }

  /** Whether everything went since the last call. */
  takeCleared(): boolean {
    const cleared = this.#cleared;
    this.#cleared = false;
    return cleared;
  }

  /** If keys are not counted any more: `true`, and those that exist are the dirty ones from here on. */
  takeOverflow(existing: Iterable<string>): boolean {
    if (!this.#overflown) return false;
    this.#overflown = false;
    for (const key of existing) this.#keys.add(key);
    return true;
  }

  /** Takes `most` keys at most. */
  take(most: number): string[] {
    const taken: string[] = [];
    for (const key of this.#keys) {
      if (taken.length === most) break;
      taken.push(key);
      this.#keys.delete(key);
    }
    return taken;
  }
}
