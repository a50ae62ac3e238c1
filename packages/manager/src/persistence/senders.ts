/**
 * Processes whose records may have been sent. A record's id is its mark in Redis: once it may have been sent, nothing may
 * be merged into it any more, by no process.
 */
export class Senders {
  readonly #own: string;
  /** This process, and those that left it records. */
  readonly #lineage: Set<string>;
  readonly #senders = new Set<string>();

  /** @param own - what the ids of this process's records begin with. */
  constructor(own: string) {
    this.#own = own;
    this.#lineage = new Set([own]);
  }

  get size(): number {
    return this.#senders.size;
  }

  /** The processes. */
  get all(): ReadonlySet<string> {
    return this.#senders;
  }

  /** Whether a record of a process may have been sent. */
  mayHaveSent(process: string): boolean {
    return this.#senders.has(process);
  }

  /** Processes that an earlier one had on its list. */
  restore(senders: Iterable<string>): void {
    for (const sender of senders) this.#senders.add(sender);
  }

  /** Whether this process has begun to send. */
  get isSending(): boolean {
    return this.#senders.has(this.#own);
  }

  /** A record of another process is here, and will be sent with the others. */
  inherit(process: string): void {
    this.#lineage.add(process);
    if (this.isSending) this.#senders.add(process);
  }

  /** Sending begins; answers whether the list has changed. */
  begin(): boolean {
    const { size } = this.#senders;
    for (const process of this.#lineage) this.#senders.add(process);
    return this.#senders.size > size;
  }

  /** Nothing is left to be sent; answers whether the list has changed. */
  end(): boolean {
    const { size } = this.#senders;
    this.#senders.clear();
    return size > 0;
  }
}
