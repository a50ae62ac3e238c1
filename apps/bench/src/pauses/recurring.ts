/** One operation that took long. */
export interface LongOperation {
  /** Which one: the same in every round. */
  readonly index: number;
  readonly ms: number;
  /** Whether the garbage collector ran meanwhile. */
  readonly collected: boolean;
}

/** One kind of operation in one round. */
export interface Timings {
  readonly name: string;
  /** Milliseconds; of those operations in which the garbage collector did not run. */
  readonly p9999: number;
  readonly long: readonly LongOperation[];
}

/**
 * How long the operations took that were long in every round; of those in which the garbage collector ran, that round does not
 * count. What a program does takes its time whenever it is done; what happens to it, another process, the machine's
 * host, strikes another operation in each round. An operation counts if two rounds tell of it.
 */
export function recurring(rounds: readonly (readonly LongOperation[])[]): number[] {
  const seen = new Map<number, { least: number; long: number; collected: number }>();
  for (const { index, ms, collected } of rounds.flat()) {
    const known = seen.get(index) ?? { least: Number.POSITIVE_INFINITY, long: 0, collected: 0 };
    if (collected) known.collected++;
    else {
      known.long++;
      known.least = Math.min(known.least, ms);
    }
    seen.set(index, known);
  }
  return [...seen.values()]
    .filter(({ long, collected }) => long >= 2 && long + collected === rounds.length)
    .map(({ least }) => least);
}
