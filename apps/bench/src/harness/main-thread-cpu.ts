import { readFileSync } from 'node:fs';

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

function readSchedstat(): number {
  return Number(readFileSync(SCHEDSTAT, 'utf8').split(' ', 1)[0]) / 1000;
}

function readProcess(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
