/**
 * Where a manager stands:
 * `starting` before the first probe, `primary` Redis answers, `fallback` memory answers, `recovering` Redis answers for
 * keys without a record while the journal is brought back, `held` memory answers because somebody wants it so, `closed`.
 */
export type ProviderState = 'starting' | 'primary' | 'fallback' | 'recovering' | 'held' | 'closed';

/**
 * What can happen: the health monitor says `up` or `down`, the journal is `drained`, somebody says `hold` or `release`,
 * or the end has come: `close`.
 */
export type ProviderSignal = 'up' | 'down' | 'drained' | 'hold' | 'release' | 'close';

/** The whole machine: from each state, what each signal leads to. What is not listed changes nothing. */
export const TRANSITIONS: Readonly<
  Record<ProviderState, Readonly<Partial<Record<ProviderSignal, ProviderState>>>>
> = {
  starting: { up: 'primary', down: 'fallback', close: 'closed' },
  primary: { down: 'fallback', hold: 'held', close: 'closed' },
  fallback: { up: 'recovering', hold: 'held', close: 'closed' },
  recovering: { down: 'fallback', drained: 'primary', hold: 'held', close: 'closed' },
  held: { release: 'recovering', close: 'closed' },
  closed: {},
};

/** The state after a signal. */
export function nextState(state: ProviderState, signal: ProviderSignal): ProviderState {
  return TRANSITIONS[state][signal] ?? state;
}
