import { type Command, isWrite } from '@cachefb/core';

/** Keys remembered one by one. */
const REMEMBERED = 100_000;

/** What this process wrote in Redis before what an earlier one left was here: that comes too late where it would undo it. */
export class EarlyWrites {
  readonly #keys = new Set<string>();
  /** Whether there were some, also of keys that do not persist. */
  isAny = false;

  /** @param keys - those of the command that persist. */
  add(command: Command, keys: readonly string[]): void {
    if (!isWrite(command)) return;
    this.isAny = true;
    for (const key of keys) if (this.#keys.size <= REMEMBERED) this.#keys.add(key);
  }

  /** Whether a later value of the key may have been written. */
  mayHave(key: string): boolean {
    return this.#keys.size > REMEMBERED || this.#keys.has(key);
  }
}
