/**
 * Keeps the order of commands of which some cannot be carried out at once: each waits for those before it that it shares a
 * key with.
 */
export class CommandOrder {
  /** Of each key, the last command that is under way. */
  readonly #last = new Map<string, Promise<void>>();
  /** The last command that is about all keys. */
  #all: Promise<void> | undefined;

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#last.size === 0 && this.#all === undefined;
  }

  /** Whether a command that is about a key is under way. */
  has(key: string): boolean {
    return this.#all !== undefined || this.#last.has(key);
  }

  /**
   * What a command has to wait for; `undefined` if nothing.
   *
   * @param keys - those that it is about; none for all.
   */
  before(keys: readonly string[]): Promise<unknown> | undefined {
    const named = keys.map((key) => this.#last.get(key));
    const waits = [this.#all, ...(keys.length === 0 ? this.#last.values() : named)];
    return waits.some((one) => one !== undefined) ? Promise.all(waits) : undefined;
  }

  /** A command is under way until its promise settles. */
  enter(keys: readonly string[], command: Promise<unknown>): void {
    const over = command.then(ignore, ignore);
    const done: Promise<void> = over.then(() => {
      if (this.#all === done) this.#all = undefined;
      for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key);
    });
    if (keys.length === 0) this.#all = done;
    for (const key of keys) this.#last.set(key, done);
  }
}

function ignore(): void {}
