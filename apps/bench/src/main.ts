import { readNumbers } from './harness/read-numbers.js';
import { healthyPath } from './healthy-path/healthy-path.js';
import { hitRatios } from './hit-ratio/hit-ratio.js';
import { journal } from './journal/journal.js';
import { memory } from './memory/memory.js';
import { observers } from './observers/observers.js';
import { pauses } from './pauses/pauses.js';
import { sync } from './sync/sync.js';

/** `rounds` says how often each slice is repeated, `callers` how many at once are of interest where there are several loads. */
type Benchmark = (rounds: number, callers?: number) => Promise<void>;

/** Every benchmark by its name. */
const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'healthy-path': healthyPath,
  memory,
  pauses,
  'hit-ratio': hitRatios,
  sync,
  journal,
  observers,
};

const ROUNDS = 15;

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.find((name) => BENCHMARKS[name] === undefined);
  const options = readNumbers(
    args.filter((arg) => arg.startsWith('--')),
    { rounds: ROUNDS, callers: 0 },
  );
  const isKnown = options !== undefined && [0, 1, 50, 500].includes(options.callers);
  if (unknown !== undefined || !isKnown || options.rounds === 0) {
    const known = Object.keys(BENCHMARKS).join('] [');
    console.error(`usage: bench [${known}] [--rounds=${ROUNDS}] [--callers=1|50|500]`);
    process.exitCode = 2;
    return;
  }
  const { rounds, callers } = options;
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length === 0 || names.includes(name)) await run(rounds, callers || undefined);
  }
}
