import { WaitingLine } from './waiting-line.js';

/**
 * Keeps the order of commands of which some cannot be carried out at once: each waits for those that were asked for before
 * it, be it that they come here later, and that it shares a key with.
 */
export class CommandOrder {
  readonly #ofKeys = new Map<string, WaitingLine>();
  /** Of commands that are about all keys. */
  readonly #ofAll = new WaitingLine();

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#ofKeys.size === 0 && this.#ofAll.isEmpty;
  }

  /** Whether a command that is about a key is under way. */
  has(key: string): boolean {
    return !this.#ofAll.isEmpty || this.#ofKeys.has(key);
  }

  /**
   * What a command has to wait for; `undefined` if nothing.
   *
   * @param keys - those that it is about; none for all.
   */
  before(keys: readonly string[], turn: number): Promise<unknown> | undefined {
    if (this.isIdle) return undefined;
    const waits = this.#ofAll.before(turn);
    const lines =
      keys.length === 0 ? this.#ofKeys.values() : keys.map((key) => this.#ofKeys.get(key));
    for (const line of lines) if (line !== undefined) waits.push(...line.before(turn));
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  /** A command is under way until its promise settles. */
  enter(keys: readonly string[], turn: number, command: Promise<unknown>): void {
    const leave: (() => void)[] = [];
    const end = () => {
      for (const each of leave) each();
    };
    const over = command.then(end, end);
    if (keys.length === 0) leave.push(this.#ofAll.enter(turn, over));
    for (const key of keys) leave.push(this.#enterLine(key, turn, over));
  }

  #enterLine(key: string, turn: number, over: Promise<void>): () => void {
    const line = this.#ofKeys.get(key) ?? new WaitingLine();
    this.#ofKeys.set(key, line);
    const leave = line.enter(turn, over);
    return () => {
      leave();
      if (line.isEmpty && this.#ofKeys.get(key) === line) this.#ofKeys.delete(key);
    };
  }
}
