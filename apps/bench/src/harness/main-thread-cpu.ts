import { readFileSync } from 'node:fs';

/** Slept on: nothing ever wakes it. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));
/** Milliseconds. */
const NAP = 0.01;
const SCHEDSTAT = `/proc/self/task/${process.pid}/schedstat`;

/**
 * CPU time of the main thread, microseconds, where the system tells it (Linux), else of the whole process: what
 * garbage collection and compilation do on other threads does not count.
 */
export const mainThreadCpu: () => number = canRead() ? readSchedstat : readProcess;

function canRead(): boolean {
  try {
    return readSchedstat() > 0;
  } catch {
    return false;
  }
}

/** The kernel settles a thread's account when it stops running, else only at every tick, some milliseconds apart. */
function readSchedstat(): number {
  Atomics.wait(NEVER, 0, 0, NAP);
  return Number(readFileSync(SCHEDSTAT, 'utf8').split(' ', 1)[0]) / 1000;
}

function readProcess(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
