import fc from 'fast-check';
import type { Call } from './call.js';
import { hashCalls } from './calls/hashes.js';
import { keyCalls } from './calls/keys.js';
import { stringCalls } from './calls/strings.js';

/** One step of a script: a call, or a wait that outlives every short TTL. */
export type Step = Call | 'wait';

const call: fc.Arbitrary<Call> = fc.oneof(...stringCalls, ...hashCalls, ...keyCalls);

/** Random scripts; `calls` is the largest number of steps, about one in `waits` of which is a wait. */
export function scriptOf(calls: number, waits: number): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: waits, arbitrary: call },
    { weight: 1, arbitrary: fc.constant('wait' as const) },
  );
  return fc.array(step, { minLength: 1, maxLength: calls, size: 'max' });
}

/** A script as lines of JavaScript. */
export function printScript(script: readonly Step[]): string {
  const lines = script.map((step) =>
    step === 'wait' ? 'await sleep(SHORT + 10);' : `await ${step.shown};`,
  );
  const text = lines.join('\n');
  return text.includes('SHORT') ? `const SHORT = 25; // milliseconds\n${text}` : text;
}
