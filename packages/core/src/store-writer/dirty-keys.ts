/** More than this many are not remembered one by one. */
const LIMIT = 131_072;

/** A key, or something that tells it. */
export type Dirty<Item extends object> = string | Item;

/** What is taken at once. */
export interface DirtyBatch<Item extends object> {
  /** Everything went before. */
  readonly cleared: boolean;
  readonly keys: readonly Dirty<Item>[];
}

/** What a store does not know yet: that everything went, and of which keys what it has is out of date. */
export class DirtyKeys<Item extends object> {
  readonly #keyOf: (one: Dirty<Item>) => string;
  #keys = new Set<string>();
  /** More of them. To have one here twice does no harm. */
  #once: Dirty<Item>[] = [];
  #cleared = false;
  #overflown = false;

  constructor(keyOf: (item: Item) => string) {
    this.#keyOf = (one) => (typeof one === 'string' ? one : keyOf(one));
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return !this.#overflown && !this.#cleared && this.#keys.size + this.#once.length === 0;
  }

  /** How many, `Infinity` if they are not counted any more. */
  get size(): number {
    if (this.#overflown) return Number.POSITIVE_INFINITY;
    this.#unite();
    return this.#keys.size + this.#once.length + (this.#cleared ? 1 : 0);
  }

  /** Whether what is stored of a key is out of date. */
  has(key: string): boolean {
    this.#gather();
    return this.#cleared || this.#overflown || this.#keys.has(key);
  }

  /** What is stored of a key is out of date. */
  add(key: string): void {
    if (this.#overflown) return;
    this.#keys.add(key);
    this.#limit();
  }

  /**
   * As {@link DirtyKeys.add}, of a key that this can hardly have been told of since it was last taken: to find that out is
   * most of the cost.
   */
  addNew(key: Dirty<Item>): void {
    if (this.#overflown) return;
    this.#once.push(key);
    this.#limit();
  }

  /** Everything went; what is known of keys is not needed any more. */
  clear(): void {
    this.#cleared = true;
    this.#overflown = false;
    this.#forget();
  }

  /** If keys are not counted any more: `true`, and those that exist are the dirty ones from here on. */
  takeOverflow(existing: Iterable<string>): boolean {
    if (!this.#overflown) return false;
    this.#overflown = false;
    for (const key of existing) this.#keys.add(key);
    return true;
  }

  /** Takes all. */
  take(): DirtyBatch<Item> {
    this.#unite();
    const batch = { cleared: this.#cleared, keys: [...this.#keys, ...this.#once] };
    this.#cleared = false;
    this.#forget();
    return batch;
  }

  /** The store could not be told of what was taken. */
  giveBack({ cleared, keys }: DirtyBatch<Item>): void {
    // Since then, everything went once more.
    if (this.#cleared) return;
    this.#cleared = cleared;
    for (const key of keys) this.add(this.#keyOf(key));
  }

  /** What is in both is there twice. */
  #unite(): void {
    if (this.#keys.size === 0) return;
    const items: Item[] = [];
    for (const one of this.#once) {
      if (typeof one === 'string') this.#keys.add(one);
      else {
        this.#keys.delete(this.#keyOf(one));
        items.push(one);
      }
    }
    this.#once = items;
  }

  /** They are looked up: each has to be there once. */
  #gather(): void {
    for (const key of this.#once) this.#keys.add(this.#keyOf(key));
    this.#once.length = 0;
  }

  #limit(): void {
    if (this.#keys.size + this.#once.length <= LIMIT) return;
    this.#gather();
    if (this.#keys.size <= LIMIT) return;
    this.#overflown = true;
    this.#forget();
  }

  #forget(): void {
    // Emptied one by one, or reused, it would cost more than a new one.
    this.#keys = new Set();
    this.#once = [];
  }
}
