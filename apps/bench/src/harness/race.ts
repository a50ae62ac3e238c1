/** One of those that are compared. */
export interface Contestant {
  readonly name: string;
  /** Comes before each slice and is not measured. */
  prepare?(): void;
  /** Does one slice of the work, which is the same for all. */
  run(): Promise<void> | void;
}

/** How a race is run. */
export interface RaceOptions {
  /** Operations in one slice. */
  readonly operations: number;
  /** Slices of each contestant that are measured. */
  readonly rounds: number;
  /** Slices of each contestant before that. @defaultValue `3` */
  readonly warmUps?: number;
  /** What is measured, microseconds. @defaultValue CPU time of the process */
  readonly clock?: () => number;
}

/** Time per operation, microseconds, one figure a round. */
export type Laps = ReadonlyMap<string, readonly number[]>;

/**
 * Runs the contestants in turn, slice by slice, so that whatever disturbs the machine disturbs all of them; each round
 * begins with another one. By default CPU time of the whole process counts, garbage collection included; waiting does not.
 */
export async function race(
  contestants: readonly Contestant[],
  { operations, rounds, warmUps = 3, clock = processCpu }: RaceOptions,
): Promise<Laps> {
  const laps = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const contestant of rotated(contestants, round + warmUps)) {
      contestant.prepare?.();
      const before = clock();
      await contestant.run();
      const spent = clock() - before;
      if (round >= 0) laps.get(contestant.name)?.push(spent / operations);
    }
  }
  return laps;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

function processCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
