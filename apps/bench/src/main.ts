import { healthyPath } from './healthy-path/healthy-path.js';
import { hitRatios } from './hit-ratio/hit-ratio.js';
import { journal } from './journal/journal.js';
import { memory } from './memory/memory.js';
import { observers } from './observers/observers.js';
import { pauses } from './pauses/pauses.js';
import { sync } from './sync/sync.js';

/** Every benchmark by its name. `rounds` says how often each slice is repeated. */
const BENCHMARKS: Readonly<Record<string, (rounds: number) => Promise<void>>> = {
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
  const rounds = roundsOf(args);
  if (unknown !== undefined || rounds === undefined) {
    console.error(`usage: bench [${Object.keys(BENCHMARKS).join('] [')}] [--rounds=${ROUNDS}]`);
    process.exitCode = 2;
    return;
  }
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length === 0 || names.includes(name)) await run(rounds);
  }
}

/** How many rounds are asked for; `undefined` if that, or any other option, cannot be read. */
function roundsOf(args: readonly string[]): number | undefined {
  const options = args.filter((arg) => arg.startsWith('--') && arg !== '--');
  if (options.length === 0) return ROUNDS;
  const rounds = Number(/^--rounds=(\d+)$/.exec(options.join(' '))?.[1]);
  return rounds > 0 ? rounds : undefined;
}
