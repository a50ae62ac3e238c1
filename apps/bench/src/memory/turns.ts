import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { race } from '../harness/race.js';
import { zipf } from '../harness/random.js';
import { median, medianRatio } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { compileLoop } from './loops.js';
import { BASE, EXACT, OURS, RIVALS } from './rivals.js';

const ENTRIES = 10_000;
const SLICE = 20_000;
const HOUR = 3_600_000;
const VALUES = ['v'];
/** Reads in one turn of the event loop. */
const IN_A_TURN = [SLICE, 100, 10, 1] as const;
const NOTHING = 'nothing';

/**
 * What reading an entry with a TTL costs by how much else is done in the same turn of the event loop. A service answers each request
 * in a turn of its own, so what is done once a turn or once a millisecond counts there, as does code that is not in the
 * processor's caches any more. What an empty turn takes is subtracted.
 */
export async function turns(rounds: number): Promise<void> {
  const readers = new Map<string, (keys: readonly string[]) => void>([[NOTHING, () => {}]]);
  for (const name of [OURS, BASE, EXACT]) readers.set(name, reader(name));
  const requests = Array.from(zipf(SLICE, ENTRIES, 0.99, 5), (n) => `user:${n}`);
  const rows: string[][] = [];
  for (const size of IN_A_TURN) {
    const parts = Array.from({ length: SLICE / size }, (_, i) =>
      requests.slice(i * size, (i + 1) * size),
    );
    const laps = await race(
      [...readers].map(([name, read]) => ({ name, run: () => inTurns(parts, read) })),
      { operations: SLICE, rounds, clock: mainThreadCpu },
    );
    const empty = laps.get(NOTHING) ?? [];
    const net = (name: string) => (laps.get(name) ?? []).map((time, i) => time - empty[i]!);
    const cells = [OURS, BASE, EXACT].map(
      (name) =>
        `${(1000 * median(net(name))).toFixed(0)} (${medianRatio(net(name), net(OURS)).toFixed(2)})`,
    );
    rows.push([size === SLICE ? 'all in one' : String(size), ...cells]);
  }
  console.log(
    `\nget with TTL, ${ENTRIES / 1000}k entries, by reads in a turn of the event loop: ns of main-thread CPU (× cachefb)\n`,
  );
  console.log(table(['reads in a turn', OURS, BASE, EXACT], rows));
}

function reader(name: string): (keys: readonly string[]) => void {
  const rival = RIVALS.find((candidate) => candidate.name === name)!;
  const cache = rival.create(ENTRIES, HOUR)!;
  const keys = Array.from({ length: ENTRIES }, (_, i) => `user:${i}`);
  compileLoop(rival.setFor ?? rival.set)(cache, keys, VALUES, HOUR);
  const read = compileLoop(rival.get);
  return (part) => {
    if (read(cache, part, VALUES, HOUR) !== part.length) throw new Error(`${name} lost entries`);
  };
}

async function inTurns(
  parts: readonly (readonly string[])[],
  read: (keys: readonly string[]) => void,
): Promise<void> {
  for (const part of parts) {
    read(part);
    if (parts.length > 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
