/** Keys remembered at most. */
const REMEMBERED = 10_000;

/**
 * Keys that Redis was seen not to hold, for the commands that were under way by then: what one of them does to such a key is
 * all that there is of it. Moments are counted, as the epochs of a mirror.
 */
export class Absences {
  /** Until when a key was away, for what was sent before; 0 if it is there again. */
  readonly #keys = new Map<string, number>();
  /** The same of every key that is not among them. */
  #all = 0;

  /** A key was away until now. */
  note(key: string, now: number): void {
    this.#set(key, now);
  }

  /** Every key was. */
  noteAll(now: number): void {
    this.#keys.clear();
    this.#all = now;
  }

  /** Whether a key was away when a command sent at that moment reached it. */
  has(key: string, sentAt: number): boolean {
    return sentAt < (this.#keys.get(key) ?? this.#all);
  }

  /** Something came to a key, or nothing is known of it any more. */
  end(key: string): void {
    if (this.#all === 0) this.#keys.delete(key);
    else this.#set(key, 0);
  }

  /** Nothing is known any more. */
  clear(): void {
    this.#keys.clear();
    this.#all = 0;
  }

  #set(key: string, until: number): void {
    if (this.#keys.size >= REMEMBERED && !this.#keys.has(key)) this.clear();
    this.#keys.set(key, until);
  }
}
