import { readFileSync } from 'node:fs';

const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`;

/**
 * How long the main thread was ready to run and had to wait for a processor, because others used it: what a pause on a
 * busy machine is to be cleared of. Where the system does not tell (other than Linux) it is taken for 0.
 */
export class ProcessorWait {
  #last = total();

  /** Milliseconds since the last question. */
  since(): number {
    const now = total();
    const waited = now - this.#last;
    this.#last = now;
    return waited;
  }
}

function total(): number {
  try {
    return Number(readFileSync(SCHEDSTAT, 'utf8').split(' ', 2)[1]) / 1e6 || 0;
  } catch {
    return 0;
  }
}
