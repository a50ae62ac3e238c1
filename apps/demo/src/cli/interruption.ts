/** Ctrl-C, `kill`, or a reader of our output that went away: everything waits on its signal. */
export class Interruption {
  readonly #controller = new AbortController();
  /** What the process then exits with. */
  exitCode = 0;

  constructor() {
    // Once: a second Ctrl-C finds no listener and ends the process at once.
    process.once('SIGINT', () => this.#interrupt(130));
    process.once('SIGTERM', () => this.#interrupt(143));
    process.stdout.on('error', () => this.#interrupt(1));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  #interrupt(exitCode: number): void {
    if (this.signal.aborted) return;
    this.exitCode = exitCode;
    this.#controller.abort();
  }
}
