import type {
  CriticalStore,
  Durability,
  LoadOptions,
  StoreChange,
  StoredEntry,
} from '@cachefb/core';

/**
 * A `CriticalStore` in memory, for tests: what is in it outlives the caches that use it, and not the process. After a
 * `close()` it can be used again, with what it had.
 */
export class MemoryStore implements CriticalStore {
  readonly durability: Durability;
  /** What is stored. A test may look at it and change it. */
  readonly entries = new Map<string, Uint8Array>();
  /** What every call rejects with; `undefined` for a store that works. */
  failure: Error | undefined;

  /** @param durability - what it says of itself. @defaultValue `'relaxed'` */
  constructor(durability: Durability = 'relaxed') {
    this.durability = durability;
  }

  async *load({ onProgress }: LoadOptions = {}): AsyncGenerator<StoredEntry> {
    this.#check();
    const all = [...this.entries];
    for (const [key, value] of all) yield { key, value };
    onProgress?.({ done: all.length, total: all.length });
  }

  async write(changes: readonly StoreChange[]): Promise<void> {
    this.#check();
    for (const { key, value } of changes) {
      if (value === null) this.entries.delete(key);
      else this.entries.set(key, value);
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    this.#check();
    for (const key of keys) this.entries.delete(key);
  }

  async clear(changes: readonly StoreChange[] = []): Promise<void> {
    this.#check();
    this.entries.clear();
    await this.write(changes);
  }

  async close(): Promise<void> {
    this.#check();
  }

  #check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
