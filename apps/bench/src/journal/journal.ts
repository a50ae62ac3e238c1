import { collectGarbage } from '../harness/collect-garbage.js';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { randomNumbers } from '../harness/random.js';
import { median } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { MANAGER, MAP, MEMORY, WRITERS, type Writer } from './writers.js';

const SIZES = [1000, 10_000, 100_000, 1_000_000];
/** Writes a round. */
const WRITES = 50_000;
/** Writes that wait for their answers at once. */
const ABREAST = 100;
const VALUE = 'x'.repeat(100);

/** Microseconds a write. */
interface Costs {
  /** The first write of each key, by which its record is opened. */
  readonly first: number;
  /** A further one, by which the record is changed. */
  readonly further: number;
}

/** What a write costs in an outage, from a thousand keys in the journal to a million. */
export async function journal(rounds: number): Promise<void> {
  const costs = new Map<number, ReadonlyMap<string, Costs>>();
  // In vain, for the compiler.
  await measure(10_000, 1);
  for (const size of SIZES) costs.set(size, await measure(size, rounds));
  const least = costs.get(SIZES[0] as number) as ReadonlyMap<string, Costs>;
  const columns = (of: (costs: Costs) => number) =>
    [...costs].map(([size, figures]) => {
      const cost = (name: string) => of(figures.get(name) as Costs);
      const base = (name: string) => of(least.get(name) as Costs);
      const added = cost(MANAGER) - cost(MEMORY);
      return [
        size.toLocaleString('en'),
        ...[MANAGER, MEMORY, MAP].map((name) => cost(name).toFixed(2)),
        added.toFixed(2),
        ...[MANAGER, MEMORY, MAP].map((name) => (cost(name) / base(name)).toFixed(2)),
      ];
    });
  const heading = ['keys', MANAGER, MEMORY, MAP, 'added', '× 1,000 keys', '', ''];
  console.log(`\nA write in an outage: µs of main-thread CPU, median of ${rounds} rounds\n`);
  console.log(
    `First write of each key\n${table(
      heading,
      columns(({ first }) => first),
    )}\n`,
  );
  console.log(
    `Further writes\n${table(
      heading,
      columns(({ further }) => further),
    )}`,
  );
}

async function measure(size: number, rounds: number): Promise<ReadonlyMap<string, Costs>> {
  const keys = Array.from({ length: size }, (_, i) => `session:${String(i).padStart(8, '0')}`);
  const names = Object.keys(WRITERS);
  const writers = new Map<string, Writer>();
  const first = new Map<string, number>();
  for (const name of names) {
    const fills: number[] = [];
    // A small journal is filled more often, for there to be something to measure.
    for (let fill = 0; fill < Math.max(1, Math.min(10 * rounds, WRITES / size)); fill++) {
      await writers.get(name)?.finish();
      const writer = await (WRITERS[name] as (keys: number) => Promise<Writer>)(size);
      writers.set(name, writer);
      collectGarbage();
      fills.push(await costOf(writer, keys));
    }
    first.set(name, median(fills));
  }
  const random = randomNumbers(size);
  const further = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    const chosen = Array.from(
      { length: WRITES },
      () => keys[Math.floor(random() * size)] as string,
    );
    for (const name of names) {
      const cost = await costOf(writers.get(name) as Writer, chosen);
      if (round >= 0) further.get(name)?.push(cost);
    }
  }
  for (const writer of writers.values()) await writer.finish();
  return new Map(
    names.map((name) => [
      name,
      { first: first.get(name) as number, further: median(further.get(name) as number[]) },
    ]),
  );
}

/** Microseconds of CPU a write. */
async function costOf(writer: Writer, keys: readonly string[]): Promise<number> {
  const before = mainThreadCpu();
  for (let start = 0; start < keys.length; start += ABREAST) {
    await Promise.all(keys.slice(start, start + ABREAST).map((key) => writer.write(key, VALUE)));
  }
  return (mainThreadCpu() - before) / keys.length;
}
