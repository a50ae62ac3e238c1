import fc from 'fast-check';
import { minimise } from './minimise.js';
import { oneAtATime } from './one-at-a-time.js';
import { type Difference, type FuzzSides, runScript, TooSlowError } from './run-script.js';
import { printScript, type Step, scriptOf } from './script.js';

/** What {@link fuzz} does. Every option but the two sides is optional. */
export interface FuzzOptions extends FuzzSides {
  /** Stops after this many commands. @defaultValue `10_000` */
  readonly commands?: number;
  /** Repeats a run. @defaultValue a fresh one */
  readonly seed?: number;
  /** The longest script. @defaultValue `800` */
  readonly scriptLength?: number;
  /** In one script of so many keys end while it runs. @defaultValue `4` */
  readonly timedEvery?: number;
  /** Told after every script. */
  readonly onProgress?: (commands: number) => void;
}

/** What a run without a divergence did. */
export interface FuzzReport {
  readonly seed: number;
  readonly commands: number;
  readonly scripts: number;
}

/** Two caches answered differently. The message holds the shortest script found, and how to repeat it. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  /** Repeats the run. */
  readonly seed: number;
  /** The shortest script found, as lines of JavaScript. */
  readonly script: string;

  constructor(seed: number, script: string, difference: string) {
    super(`the two sides differ (seed ${seed}):\n${difference}\nafter\n${script}`);
    this.seed = seed;
    this.script = script;
  }
}

/** A divergence must show this many times in a row to be one, and no accident of time. */
const CONFIRMATIONS = 3;

/** How long a failing script is made smaller: its calls first, then its length; milliseconds each. */
const SHRINKING = 15_000;

/**
 * Sends the same random commands to a cache and to a reference, a real Redis as a rule, and compares replies, errors and
 * what is there in the end. Keys, fields and values come from small pools, so that types and states collide.
 *
 * @throws {@link DivergenceError} with the script, shrunk.
 * @throws Error if this machine is too busy for anything to be told.
 *
 * @example
 * ```ts
 * const server = await RedisServer.start({ persistence: false });
 * await fuzz({
 *   subject: cacheSide(myCache),
 *   reference: rawSide(await server.connect()),
 *   commands: 100_000,
 * });
 * ```
 */
export async function fuzz({
  subject,
  reference,
  commands = 10_000,
  seed = freshSeed(),
  scriptLength = 800,
  timedEvery = 4,
  onProgress,
}: FuzzOptions): Promise<FuzzReport> {
  // When its time is over, fast-check leaves a script running: the next one must not meet it.
  const run = oneAtATime((script: readonly Step[]) => runScript({ subject, reference }, script));
  const scripts = scriptOf(scriptLength, timedEvery);
  let done = 0;
  let runs = 0;
  const property = fc.asyncProperty(scripts, async (script) => {
    const found = await confirmed(run, script);
    if (found !== undefined) throw new Error(found.message);
    done += script.length;
    runs++;
    onProgress?.(done);
  });
  for (let round = 0; done < commands; round++) {
    const details = await fc.check(property, {
      seed: seed + round,
      numRuns: 20,
      interruptAfterTimeLimit: SHRINKING,
    });
    const script = details.counterexample?.[0];
    if (script === undefined) continue;
    if (details.errorInstance instanceof TooSlowError) throw details.errorInstance;
    let lastSeen: Difference | undefined;
    const fails = async (fewer: readonly Step[]) => {
      const found = await confirmed(run, fewer);
      lastSeen = found ?? lastSeen;
      return found !== undefined;
    };
    const shortest = await minimise(script, fails, SHRINKING);
    const difference = (await run(shortest)) ?? lastSeen;
    const message = difference?.message ?? `${details.errorInstance} (seen once, not again)`;
    throw new DivergenceError(seed, printScript(shortest), message);
  }
  return { seed, commands: done, scripts: runs };
}

async function confirmed(
  run: (script: readonly Step[]) => Promise<Difference | undefined>,
  script: readonly Step[],
): Promise<Difference | undefined> {
  let found: Difference | undefined;
  for (let i = 0; i < CONFIRMATIONS; i++) {
    found = await run(script);
    if (found === undefined) return undefined;
  }
  return found;
}

function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
