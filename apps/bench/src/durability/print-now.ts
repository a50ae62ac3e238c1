import { writeSync } from 'node:fs';

/** Slept on: nothing ever wakes it. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** Prints at once, whatever this process was about to do next; waits while whoever reads it is slow. */
export function printNow(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(NEVER, 0, 0, 1);
    }
  }
}
