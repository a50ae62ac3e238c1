/** More than this many are not remembered one by one. */
const LIMIT = 131_072;

/** What is taken at once. */
export interface DirtyBatch {
  /** Everything went before. */
  readonly cleared: boolean;
  readonly keys: readonly string[];
}

/** What a store does not know yet: that everything went, and of which keys what it has is out of date. */
export class DirtyKeys {
  #keys = new Set<string>();
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

  /** If keys are not counted any more: `true`, and those that exist are the dirty ones from here on. */
  takeOverflow(existing: Iterable<string>): boolean {
    if (!this.#overflown) return false;
    this.#overflown = false;
    for (const key of existing) this.#keys.add(key);
    return true;
  }

  /** Takes all, keys in the order in which they were added. */
  take(): DirtyBatch {
    const batch = { cleared: this.#cleared, keys: [...this.#keys] };
    this.#cleared = false;
    // Emptied one by one, or reused, it would cost more than a new one.
    this.#keys = new Set();
    return batch;
  }

  /** The store could not be told: what was taken comes first again. */
  giveBack({ cleared, keys }: DirtyBatch): void {
    // Since then, everything went once more.
    if (this.#cleared) return;
    this.#cleared = cleared;
    if (this.#overflown) return;
    const later = this.#keys;
    this.#keys = new Set(keys);
    for (const key of later) this.add(key);
  }
}
