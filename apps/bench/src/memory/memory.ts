import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { race } from '../harness/race.js';
import { zipf } from '../harness/random.js';
import { median, medianRatio } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { asyncRivals } from './async-rivals.js';
import { footprint } from './footprint.js';
import { freshKeys } from './fresh-keys.js';
import { type KeySource, keyNames, keysSeenBefore, newKeys, sameKeys } from './keys.js';
import { compileLoop, type Loop } from './loops.js';
import { policies } from './policies.js';
import { BASE, OURS, RIVALS, readOf } from './rivals.js';
import { turns } from './turns.js';

/** Operations in one slice. */
const SLICE = 200_000;
const HOUR = 3_600_000;
const SIZES = [10_000, 100_000] as const;

/** One kind of work at one size. */
interface Workload {
  readonly name: string;
  readonly size: number;
  readonly ttl: number;
  readonly kind: 'get' | 'set' | 'set again';
  /** × lru-cache, how much quicker ours is to be, if that is laid down. */
  readonly goal: number | undefined;
}

const WORKLOADS: readonly Workload[] = [
  { name: 'get', kind: 'get', ttl: 0, goals: [1.5, 1.3] as const },
  { name: 'get with TTL', kind: 'get', ttl: HOUR, goals: [3, 1.4] as const },
  { name: 'set of new keys', kind: 'set', ttl: 0, goals: [1.5, 1] as const },
  { name: 'set of keys seen before', kind: 'set again', ttl: 0, goals: [] },
].flatMap(({ goals, ...work }) =>
  SIZES.map((size, i) => ({ ...work, size, goal: goals[i] }) as Workload),
);

/** The memory engine: its policies, speed against other caches in the process, footprint, growth. */
export async function memory(rounds: number): Promise<void> {
  await policies(rounds);
  console.log(
    `\nIn memory: Mops/s of main-thread CPU (× lru-cache), median of ${rounds} rounds, ours with its quartiles\n`,
  );
  const values = Array.from({ length: 1024 }, (_, i) => flat(String(i).padEnd(100, 'x')));
  const rows: string[][] = [];
  for (const workload of WORKLOADS) rows.push(await runWorkload(workload, rounds, values));
  const names = RIVALS.map(({ name }) => name);
  console.log(table(['', ...names, `goal of ${OURS}`], rows));
  await freshKeys(rounds);
  await turns(rounds);
  await asyncRivals(rounds);
  await footprint();
}

async function runWorkload(
  workload: Workload,
  rounds: number,
  values: readonly string[],
): Promise<string[]> {
  const { name, kind, size, ttl, goal } = workload;
  const requests = zipf(SLICE, size, 0.99, 5);
  const contestants = RIVALS.flatMap((rival) => {
    const cache = rival.create(size, ttl);
    if (cache === undefined) return [];
    // Each has strings of its own: what one does to a string, as to intern it, changes its cost for all who share it.
    const stored = keyNames(size, 0);
    const source = sourceOf(kind, size, () => Array.from(requests, (n) => stored[n] as string));
    const set = compileLoop(ttl === 0 ? rival.set : (rival.setFor ?? rival.set));
    set(cache, stored, values, ttl);
    const loop: Loop = kind === 'get' ? compileLoop(readOf(rival, ttl)) : set;
    let keys: readonly string[] = [];
    const prepare = () => {
      keys = source.next();
    };
    const run = () => {
      const found = loop(cache, keys, values, ttl);
      if (kind === 'get' && found !== SLICE) throw new Error(`${rival.name} lost entries`);
    };
    return [{ name: rival.name, prepare, run }];
  });
  const laps = await race(contestants, { operations: SLICE, rounds, clock: mainThreadCpu });
  const base = laps.get(BASE) ?? [];
  const cells = RIVALS.map((rival) => {
    const times = laps.get(rival.name);
    if (times === undefined) return '–';
    const spread = rival.name === OURS ? `, ${quartiles(base, times)}` : '';
    return `${(1 / median(times)).toFixed(1)} (${medianRatio(base, times).toFixed(2)}${spread})`;
  });
  return [`${name}, ${size / 1000}k`, ...cells, goal?.toFixed(1) ?? ''];
}

/** Between what the middle half of the ratios round by round lies. */
function quartiles(values: readonly number[], bases: readonly number[]): string {
  const ratios = values.map((value, round) => value / bases[round]!).sort((a, b) => a - b);
  const at = (part: number) => (ratios[Math.round(part * (ratios.length - 1))] ?? 0).toFixed(2);
  return `${at(0.25)}–${at(0.75)}`;
}

function sourceOf(kind: Workload['kind'], size: number, reads: () => string[]): KeySource {
  if (kind === 'get') return sameKeys(reads());
  return kind === 'set' ? newKeys(SLICE) : keysSeenBefore(SLICE, size);
}

/** A string as it comes from a socket: in one piece. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
