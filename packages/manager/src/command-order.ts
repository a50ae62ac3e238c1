/** A command that is under way. */
interface UnderWay {
  /** The how manieth it was to be asked for. */
  readonly turn: number;
  readonly done: Promise<void>;
}

/**
 * Keeps the order of commands of which some cannot be carried out at once: each waits for those that were asked for before
 * it, be it that they come here later, and that it shares a key with.
 */
export class CommandOrder {
  readonly #byKey = new Map<string, Set<UnderWay>>();
  /** Those that are about all keys. */
  readonly #ofAll = new Set<UnderWay>();

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#byKey.size === 0 && this.#ofAll.size === 0;
  }

  /** Whether a command that is about a key is under way. */
  has(key: string): boolean {
    return this.#ofAll.size > 0 || this.#byKey.has(key);
  }

  /**
   * What a command has to wait for; `undefined` if nothing.
   *
   * @param keys - those that it is about; none for all.
   */
  before(keys: readonly string[], turn: number): Promise<unknown> | undefined {
    if (this.isIdle) return undefined;
    const named = keys.length === 0 ? [...this.#byKey.values()] : keys.map((key) => this.#of(key));
    const waits = [this.#ofAll, ...named].flatMap((some) =>
      [...some].filter((one) => one.turn < turn).map(({ done }) => done),
    );
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  /** A command is under way until its promise settles. */
  enter(keys: readonly string[], turn: number, command: Promise<unknown>): void {
    const leave = () => {
      this.#ofAll.delete(entry);
      for (const key of keys) {
        const of = this.#of(key);
        if (of.delete(entry) && of.size === 0) this.#byKey.delete(key);
      }
    };
    const entry: UnderWay = { turn, done: command.then(leave, leave) };
    if (keys.length === 0) this.#ofAll.add(entry);
    for (const key of keys) this.#byKey.set(key, this.#of(key).add(entry));
  }

  #of(key: string): Set<UnderWay> {
    return this.#byKey.get(key) ?? new Set();
  }
}
