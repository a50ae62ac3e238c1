import { EVICTION_POLICY_NAMES, type EvictionPolicyName } from '@cachefb/eviction';
import { InMemoryCache } from '@cachefb/memory';
import { mainThreadCpu } from '../harness/main-thread-cpu.js';
import { zipf } from '../harness/random.js';
import { median } from '../harness/statistics.js';
import { table } from '../harness/table.js';
import { compileLoop, type Loop } from './loops.js';

const ENTRIES = 10_000;
const SLICE = 200_000;
const WARM_UPS = 5;
const VALUES = ['v'];

/**
 * What an operation costs under each policy; and under `lru` while no other has been used in the process, beside the same
 * after all of them were: the calls of a policy stay what they are. Must run before any other policy is used.
 */
export async function policies(rounds: number): Promise<void> {
  const first = new Bench('lru');
  const alone = first.measure(rounds);
  const all = EVICTION_POLICY_NAMES.map((name) => new Bench(name));
  for (const bench of all) bench.measure(1);
  const rows = [
    ['lru, alone in the process', ...alone],
    ['lru, after all seven were used', ...first.measure(rounds)],
    ...all.map((bench) => [bench.name, ...bench.measure(rounds)]),
  ];
  console.log(`\nEach policy, ns of main-thread CPU, ${ENTRIES / 1000}k entries\n`);
  console.log(table(['', 'get', 'set, evicting'], rows));
}

/** Two caches of one policy, each with loops of its own: one is read, the other written. */
class Bench {
  readonly name: EvictionPolicyName;
  readonly #read: () => void;
  readonly #write: () => void;

  constructor(name: EvictionPolicyName) {
    this.name = name;
    const keys = names(ENTRIES, 'user');
    const reads = Array.from(zipf(SLICE, ENTRIES, 0.99, 5), (n) => keys[n] as string);
    this.#read = over(name, compileLoop('cache.get(key)'), keys, reads);
    this.#write = over(name, compileLoop('cache.set(key, value)'), keys, names(SLICE, 'new'));
  }

  /** Nanoseconds of a `get` and of a `set`. */
  measure(rounds: number): [string, string] {
    // Where nothing leaves, keys that are not there make the cache grow, which is something else.
    return [time(this.#read, rounds), this.name === 'none' ? '–' : time(this.#write, rounds)];
  }
}

function over(
  evictionPolicy: EvictionPolicyName,
  loop: Loop,
  stored: readonly string[],
  keys: readonly string[],
): () => void {
  const { sync } = new InMemoryCache({ maxSize: ENTRIES, evictionPolicy });
  for (const key of stored) sync.set(key, 'v');
  return () => void loop(sync, keys, VALUES, 0);
}

function time(run: () => void, rounds: number): string {
  const times: number[] = [];
  for (let round = -WARM_UPS; round < rounds; round++) {
    const start = mainThreadCpu();
    run();
    if (round >= 0) times.push((1000 * (mainThreadCpu() - start)) / SLICE);
  }
  return median(times).toFixed(0);
}

function names(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(`${prefix}:${String(i).padStart(11, '0')}`, 'latin1').toString('latin1'),
  );
}
