import { describe, expect, it } from 'vitest';
import { nextState, type ProviderSignal, type ProviderState } from '../src/index.js';

const STATES: readonly ProviderState[] = [
  'starting',
  'primary',
  'fallback',
  'recovering',
  'held',
  'closed',
];
const SIGNALS: readonly ProviderSignal[] = ['up', 'down', 'drained', 'hold', 'release', 'close'];

/** Every pair of state and signal, written out a second time: what is not said changes nothing. */
const EXPECTED: Readonly<Record<ProviderState, readonly string[]>> = {
  //           up            down        drained     hold        release       close
  starting: ['primary', 'fallback', 'starting', 'starting', 'starting', 'closed'],
  primary: ['primary', 'fallback', 'primary', 'held', 'primary', 'closed'],
  fallback: ['recovering', 'fallback', 'fallback', 'held', 'fallback', 'closed'],
  recovering: ['recovering', 'fallback', 'primary', 'held', 'recovering', 'closed'],
  held: ['held', 'held', 'held', 'held', 'recovering', 'closed'],
  closed: ['closed', 'closed', 'closed', 'closed', 'closed', 'closed'],
};

describe('the states of a manager', () => {
  for (const state of STATES) {
    for (const [index, signal] of SIGNALS.entries()) {
      const expected = EXPECTED[state][index];
      it(`${state} becomes ${expected} at the signal ${signal}`, () => {
        expect(nextState(state, signal)).toBe(expected);
      });
    }
  }
});
