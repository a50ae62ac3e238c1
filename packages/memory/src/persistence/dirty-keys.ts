/** More than this many are not remembered one by one. */
const LIMIT = 131_072;

/** Keys whose stored state is out of date, or all of them. */
export class DirtyKeys {
  #keys = new Set<string>();
  #all = false;

  /** How many, `Infinity` for all. */
  get size(): number {
    return this.#all ? Number.POSITIVE_INFINITY : this.#keys.size;
  }

  /** Whether what is stored of a key is out of date. */
  has(key: string): boolean {
    return this.#all || this.#keys.has(key);
  }

  /** Adds a key. */
  add(key: string): void {
    if (this.#all) return;
    this.#keys.add(key);
    if (this.#keys.size > LIMIT) this.addAll();
  }

  /** Whatever is stored, of any key, is out of date. */
  addAll(): void {
    this.#all = true;
    this.#keys.clear();
  }

  /** Takes `most` keys at most, not more than there are. */
  take(most: number): string[] {
    const taken: string[] = [];
    for (const key of this.#keys) {
      if (taken.length === most) break;
      taken.push(key);
      this.#keys.delete(key);
    }
    return taken;
  }

  /** If all keys are out of date, answers `true` and is left with those that exist. */
  takeAll(existing: Iterable<string>): boolean {
    if (!this.#all) return false;
    this.#all = false;
    for (const key of existing) this.#keys.add(key);
    return true;
  }
}
