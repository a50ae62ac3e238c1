import type { Call } from './call.js';
import { type Outcome, sameOutcome, sameTime, showOutcome } from './outcome.js';
import type { Step } from './script.js';
import type { FuzzSide, FuzzState } from './side.js';

/** The two that must behave alike. */
export interface FuzzSides {
  readonly subject: FuzzSide;
  readonly reference: FuzzSide;
}

/** Where two sides first differed. */
export interface Difference {
  /** The step after which it was seen; behind the last one for the final state. */
  readonly at: number;
  readonly message: string;
}

/** Nothing can be said, because keys ended before they were looked at, however long they were given. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';

  /** @param ms - what a few commands took longer than. */
  constructor(ms: number) {
    super(`this machine takes more than ${ms} ms for a few commands`);
  }
}

/** The shortest TTL that a wait outlives, milliseconds; doubled while a machine is too slow for it. */
const SHORT = 25;
const SLOWEST = 3200;
/** How often a script is tried on a machine that is too slow for it. */
const TRIES = 12;
/** What a wait is longer than the short TTL, milliseconds. */
const MARGIN = 10;

/**
 * Runs a script on both sides, each of them emptied before. A run in which keys may have ended before the wait that was
 * to end them says nothing, and is repeated with a longer life for them.
 */
export async function runScript(
  sides: FuzzSides,
  script: readonly Step[],
): Promise<Difference | undefined> {
  for (let short = SHORT, tries = 1; ; short = Math.min(2 * short, SLOWEST), tries++) {
    const difference = await tryScript(sides, script, short);
    if (difference !== 'too slow') return difference;
    if (tries === TRIES) throw new TooSlowError(short);
  }
}

async function tryScript(
  { subject, reference }: FuzzSides,
  script: readonly Step[],
  short: number,
): Promise<Difference | undefined | 'too slow'> {
  await Promise.all([subject.clear(), reference.clear()]);
  const began = performance.now();
  let at = 0;
  while (at < script.length) {
    const end = nextWait(script, at);
    const calls = script.slice(at, end) as Call[];
    const ending = calls.some((call) => call.short);
    const start = performance.now();
    const [ours, theirs] = await Promise.all([
      subject.run(calls, short),
      reference.run(calls, short),
    ]);
    if (ending && performance.now() - start > short - MARGIN / 2) return 'too slow';
    const differing = calls.findIndex((call, i) => !agree(call, ours[i], theirs[i], began));
    if (differing !== -1) {
      return {
        at: at + differing,
        message: differ((calls[differing] as Call).shown, ours[differing], theirs[differing]),
      };
    }
    // What ends soon has ended before it is looked at, or before the next calls.
    if (ending) await Promise.all([subject.wait(short + MARGIN), reference.wait(short + MARGIN)]);
    at = end + 1;
  }
  const [ours, theirs] = await Promise.all([subject.state(), reference.state()]);
  const message = differingState(ours, theirs, began);
  return message === undefined ? undefined : { at: script.length, message };
}

function nextWait(script: readonly Step[], from: number): number {
  const index = script.indexOf('wait', from);
  return index === -1 ? script.length : index;
}

function agree(call: Call, a: Outcome | undefined, b: Outcome | undefined, began: number): boolean {
  if (a === undefined || b === undefined) return false;
  // Whole seconds are rounded.
  const tolerance = call.name === 'ttl' ? 1 + apart(began) / 1000 : apart(began);
  return sameOutcome(call.kind, a, b, tolerance);
}

/**
 * How far remaining times of the two sides may be apart: no further than everything has taken so far, and a second for
 * instants that were cut to whole ones.
 */
function apart(began: number): number {
  return performance.now() - began + 1010;
}

function differ(what: string, ours: Outcome | undefined, theirs: Outcome | undefined): string {
  const show = (outcome: Outcome | undefined) =>
    outcome === undefined ? 'nothing' : showOutcome(outcome);
  return `${what}\n  subject:   ${show(ours)}\n  reference: ${show(theirs)}`;
}

function differingState(ours: FuzzState, theirs: FuzzState, began: number): string | undefined {
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(key), theirs.get(key)];
    const same =
      a !== undefined &&
      b !== undefined &&
      JSON.stringify(a.content) === JSON.stringify(b.content) &&
      sameTime(a.pttl, b.pttl, apart(began));
    if (!same) {
      return differ(
        `the final state of ${JSON.stringify(key)}`,
        { reply: a ?? null },
        { reply: b ?? null },
      );
    }
  }
  return undefined;
}
