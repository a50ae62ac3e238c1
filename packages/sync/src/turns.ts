/**
 * Lets those who ask go on one after the other, each in a turn of the event loop of its own: what they send then leaves,
 * and is answered, separately.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in a later turn, in which nobody else who asked goes on. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    return this.#last;
  }
}
