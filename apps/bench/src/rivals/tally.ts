/** A command that takes longer was answered too late to be of use, milliseconds. */
const LATE = 1000;

/** One command, in milliseconds of `performance.now()`. */
export interface Command {
  readonly sent: number;
  /** `Infinity` until it is settled. */
  settled: number;
  rejected: boolean;
}

/** What became of the commands that were on their way in some span of time. */
export interface Span {
  readonly commands: number;
  readonly rejected: number;
  readonly late: number;
  /** How long the slowest took, milliseconds; one that never settled counts up to now. */
  readonly slowest: number;
}

/** Times commands. */
export class Tally {
  readonly #commands: Command[] = [];

  /** Commands that are not settled. */
  get open(): number {
    return this.#commands.filter(({ settled }) => settled === Number.POSITIVE_INFINITY).length;
  }

  /** Sends a command. Never rejects. */
  async time<T>(send: () => Promise<T>): Promise<{ command: Command; answer: T | undefined }> {
    const command = {
      sent: performance.now(),
      settled: Number.POSITIVE_INFINITY,
      rejected: false,
    };
    this.#commands.push(command);
    let answer: T | undefined;
    try {
      answer = await send();
    } catch {
      command.rejected = true;
    }
    command.settled = performance.now();
    return { command, answer };
  }

  /** Of the commands that were sent, or waiting, between two times. */
  between(start: number, end: number): Span {
    const seen = this.#commands.filter(({ sent, settled }) => sent < end && settled >= start);
    const now = performance.now();
    const took = seen.map(({ sent, settled }) => Math.min(settled, now) - sent);
    return {
      commands: seen.length,
      rejected: seen.filter(({ rejected }) => rejected).length,
      late: took.filter((ms) => ms > LATE).length,
      slowest: took.reduce((most, ms) => Math.max(most, ms), 0),
    };
  }
}
