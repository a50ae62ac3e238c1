import type { CacheCommands } from '@cachefb/core';
import { sleep } from '../wait-for.js';
import { type WorkloadOptions, workload } from './workload.js';

/** How {@link runWorkload} calls. */
export interface RunWorkloadOptions extends WorkloadOptions {
  readonly seed: number;
  /** Callers that each wait for one command at a time. @defaultValue `10` */
  readonly callers?: number;
  /** Ends after so many commands. @defaultValue never */
  readonly commands?: number;
  /** Ends when it is aborted. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a caller rests between two commands. @defaultValue `1` */
  readonly pause?: number;
}

/** What {@link runWorkload} saw. */
export interface WorkloadReport {
  readonly commands: number;
  /** The errors of commands that rejected. */
  readonly rejected: readonly Error[];
  /** The longest that a caller waited, milliseconds. */
  readonly slowest: number;
}

/** Lets concurrent callers send a seeded workload to a cache; hand in a `RecordingCache` to have it recorded. */
export async function runWorkload(
  cache: CacheCommands,
  options: RunWorkloadOptions,
): Promise<WorkloadReport> {
  const { seed, callers = 10, commands = Number.POSITIVE_INFINITY, signal, pause = 1 } = options;
  const steps = workload(seed, options);
  const rejected: Error[] = [];
  let sent = 0;
  let slowest = 0;
  const call = async (): Promise<void> => {
    while (sent < commands && !signal?.aborted) {
      sent++;
      const start = performance.now();
      await steps
        .next()
        .value.run(cache)
        .catch((error: unknown) => {
          rejected.push(error instanceof Error ? error : new Error(String(error)));
        });
      slowest = Math.max(slowest, performance.now() - start);
      await sleep(pause);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return { commands: sent, rejected, slowest };
}
