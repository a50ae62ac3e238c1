/** Bytes of which more are not acknowledged before some are on disk. */
const MUCH = 32 * 1024 * 1024;

const AT_ONCE = Promise.resolve();

interface Batch {
  readonly changes: number;
  readonly bytes: number;
}

/** What is acknowledged and not committed yet. */
export class UnderWay {
  #batches: Batch[] = [];
  #waiting: (() => void)[] = [];
  #bytes = 0;
  /** How many changes. */
  changes = 0;

  /** A batch is on its way. Resolves when there is room for another one. */
  add(changes: number, bytes: number): Promise<void> {
    this.#batches.push({ changes, bytes });
    this.changes += changes;
    this.#bytes += bytes;
    if (this.#bytes <= MUCH) return AT_ONCE;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The oldest batches are committed. */
  committed(batches: number): void {
    for (const { changes, bytes } of this.#batches.splice(0, batches)) {
      this.changes -= changes;
      this.#bytes -= bytes;
    }
    if (this.#bytes <= MUCH) this.giveWay();
  }

  /** Nobody waits for room any more. */
  giveWay(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
