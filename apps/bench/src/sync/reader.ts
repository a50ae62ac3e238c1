import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two reads. */
const PAUSE = 1;

/** Reads again and again until it is told to stop. */
export class Reader {
  readonly #times: number[] = [];
  readonly #run: Promise<void>;
  #stopped = false;

  constructor(read: () => Promise<unknown>) {
    this.#run = this.#read(read);
  }

  /** Ends it, and answers how long each read took, milliseconds. */
  async stop(): Promise<readonly number[]> {
    this.#stopped = true;
    await this.#run;
    return this.#times;
  }

  async #read(read: () => Promise<unknown>): Promise<void> {
    while (!this.#stopped) {
      const asked = performance.now();
      await read();
      this.#times.push(performance.now() - asked);
      await sleep(PAUSE);
    }
  }
}
