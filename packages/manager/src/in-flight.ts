/** Counts what was sent and has not been answered. */
export class InFlight {
  #count = 0;
  #idle: (() => void)[] = [];

  /** Something was sent. */
  sent(): void {
    this.#count++;
  }

  /** It was answered, or never will be. */
  landed(): void {
    if (--this.#count > 0 || this.#idle.length === 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }
}
