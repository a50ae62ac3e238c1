import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { race } from '../harness/race.js';
import { zipf } from '../harness/random.js';
import { median, medianRatio } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { compileLoop } from './loops.js';
import { BASE, RIVALS, readOf } from './rivals.js';

const ENTRIES = 10_000;
const SLICE = 100_000;
const HOUR = 3_600_000;
const VALUES = ['v'];
const KEYS = ["'user:' + keys[i]", "'session:user:' + (1000000000 + keys[i])"] as const;
const NOTHING = 'nothing';

/**
 * Reads by keys that are built for each read, as a service builds them, where the loops of the other tables pass the very
 * strings that were stored: the engine knows such a string again by its address, and its hash is already computed. What
 * building the key takes is subtracted.
 */
export async function freshKeys(rounds: number): Promise<void> {
  const rows: string[][] = [];
  for (const ttl of [0, HOUR]) for (const key of KEYS) rows.push(await row(key, ttl, rounds));
  console.log(
    `\nget by a key built for it, ${ENTRIES / 1000}k entries: ns of main-thread CPU (how much quicker than lru-cache)\n`,
  );
  console.log(table(['', ...RIVALS.map(({ name }) => name)], rows));
}

async function row(key: string, ttl: number, rounds: number): Promise<string[]> {
  const stored = Array.from({ length: ENTRIES }, (_, n) => n);
  const requests = [...zipf(SLICE, ENTRIES, 0.99, 5)];
  const build = compileLoop('key.length', key);
  const contestants = RIVALS.flatMap((rival) => {
    const cache = rival.create(ENTRIES, ttl);
    if (cache === undefined) return [];
    compileLoop(ttl === 0 ? rival.set : (rival.setFor ?? rival.set), key)(
      cache,
      stored,
      VALUES,
      ttl,
    );
    const read = compileLoop(readOf(rival, ttl), key);
    const run = () => {
      if (read(cache, requests, VALUES, ttl) !== SLICE)
        throw new Error(`${rival.name} lost entries`);
    };
    return [{ name: rival.name, run }];
  });
  const nothing = { name: NOTHING, run: () => void build({}, requests, VALUES, ttl) };
  const laps = await race([nothing, ...contestants], {
    operations: SLICE,
    rounds,
    clock: mainThreadCpu,
  });
  const building = laps.get(NOTHING) ?? [];
  const net = (name: string) => laps.get(name)?.map((time, i) => time - building[i]!);
  const cells = RIVALS.map(({ name }) => {
    const times = net(name);
    if (times === undefined) return '–';
    return `${(1000 * median(times)).toFixed(0)} (${medianRatio(net(BASE) ?? [], times).toFixed(2)})`;
  });
  const example = key === KEYS[0] ? 'user:1234' : 'session:user:1000001234';
  return [ttl === 0 ? example : `${example}, with TTL`, ...cells];
}
