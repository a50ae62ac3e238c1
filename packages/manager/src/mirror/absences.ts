/** Keys remembered at most. */
const REMEMBERED = 10_000;

/**
 * Keys that Redis was seen not to hold, for the commands that were under way by then: what one of them does to such a key is
 * all that there is of it. Moments are counted, as the epochs of a mirror.
 */
export class Absences {
  readonly #until = new Map<string, number>();

  /** A key was away until now. */
  note(key: string, now: number): void {
    if (this.#until.size >= REMEMBERED) this.#until.clear();
    this.#until.set(key, now);
  }

  /** Whether a key was away when a command sent at that moment reached it. */
  has(key: string, sentAt: number): boolean {
    return sentAt < (this.#until.get(key) ?? 0);
  }

  /** Something came to a key, or may have. */
  end(key: string): void {
    this.#until.delete(key);
  }

  /** Nothing is known any more. */
  clear(): void {
    this.#until.clear();
  }
}
