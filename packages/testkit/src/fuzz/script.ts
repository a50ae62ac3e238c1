import fc from 'fast-check';
import type { Call } from './call.js';
import { hashCalls } from './calls/hashes.js';
import { keyCalls } from './calls/keys.js';
import { stringCalls } from './calls/strings.js';

/** One step of a script: a call, or a wait that outlives every short TTL. */
export type Step = Call | 'wait';

const call: fc.Arbitrary<Call> = fc.oneof(...stringCalls, ...hashCalls, ...keyCalls);

/** A call after which no key ends soon. */
const lastingCall = call.filter(({ short }) => !short);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 25, arbitrary: call },
  { weight: 1, arbitrary: fc.constant('wait' as const) },
);

/** How long a script is in which keys end: short, since all of it must happen before they do. */
const TIMED = 80;

/** Random scripts of up to `length` steps. In one of `timedEvery` keys end, which costs waiting. */
export function scriptOf(length: number, timedEvery: number): fc.Arbitrary<Step[]> {
  const lasting = fc.array<Step>(lastingCall, { minLength: 1, maxLength: length, size: 'max' });
  const timed = fc.array(step, { minLength: 1, maxLength: Math.min(length, TIMED), size: 'max' });
  return fc.oneof({ weight: timedEvery - 1, arbitrary: lasting }, { weight: 1, arbitrary: timed });
}

/** A script as lines of JavaScript. */
export function printScript(script: readonly Step[]): string {
  const lines = script.map((step) =>
    step === 'wait' ? 'await sleep(SHORT + 10);' : `await ${step.shown};`,
  );
  const text = lines.join('\n');
  return text.includes('SHORT') ? `const SHORT = 25; // milliseconds\n${text}` : text;
}
