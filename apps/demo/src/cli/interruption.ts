/** Milliseconds within which two signals are one Ctrl-C: npm hands on what has arrived already. */
const ONE_CTRL_C = 1000;

/** Ctrl-C, `kill`, or a reader of our output that went away: everything waits on its signal. */
export class Interruption {
  readonly #controller = new AbortController();
  #at = 0;
  /** What the process then exits with. */
  exitCode = 0;

  constructor() {
    process.on('SIGINT', () => this.#interrupt(130));
    process.on('SIGTERM', () => this.#interrupt(143));
    process.stdout.on('error', () => this.#abort(1));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first one ends the story; one that comes while that is being cleaned up ends the process. */
  #interrupt(exitCode: number): void {
    if (!this.signal.aborted) this.#abort(exitCode);
    else if (performance.now() - this.#at > ONE_CTRL_C) process.exit(exitCode);
  }

  #abort(exitCode: number): void {
    if (this.signal.aborted) return;
    this.exitCode = exitCode;
    this.#at = performance.now();
    this.#controller.abort();
  }
}
