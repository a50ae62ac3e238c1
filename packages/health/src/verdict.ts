import { CacheUnavailableError } from '@cachefb/core';

/** Whether commands go to the backend. */
export type Verdict = 'up' | 'down';

/** Coming up and going down again within this time is a relapse; a longer stay forgives one for each time it lasts. */
export const RELAPSE_WINDOW = 30_000;
/** What the first relapse adds to the time that a backend must be well before it is up; each further one doubles it. */
const FIRST_HOLD = 1000;
/** The most that relapses add, milliseconds. */
export const LONGEST_HOLD = 10_000;

/** Nothing is known yet: the first outcome of a probe decides alone. */
export interface Starting {
  readonly phase: 'starting';
}

/** Commands go to the backend. */
export interface Up {
  readonly phase: 'up';
  /** When it came up, epoch milliseconds; `-Infinity` if it was up from the start. */
  readonly since: number;
  /** Time-outs in a row. */
  readonly timeouts: number;
  readonly relapses: number;
}

/** What an outage is known by, from its first failure to its end. */
export interface Outage {
  /** What is gone: everything, or only writes. An outage may grow; it never shrinks before it is over. */
  readonly scope: 'all' | 'writes';
  readonly error: Error;
  /** Probes that failed in it. */
  readonly failedProbes: number;
  readonly relapses: number;
}

/** Commands do not go to the backend. */
export interface Down extends Outage {
  readonly phase: 'down';
}

/** Still down, and good probes have been seen: some more, for some time, and it is up. */
export interface Recovering extends Outage {
  readonly phase: 'recovering';
  /** When the first good probe of the row was answered, epoch milliseconds. */
  readonly since: number;
  readonly goodProbes: number;
}

/** Everything that decides about up or down, in one value. */
export type HealthState = Starting | Up | Down | Recovering;

/** Something that was seen. `at` is in epoch milliseconds. */
export type Outcome =
  /** Commands were answered since the last outcome. */
  | { readonly kind: 'replied' }
  /** A command failed. */
  | { readonly kind: 'failed'; readonly error: CacheUnavailableError; readonly at: number }
  /** A probe was not answered, or with writes refused. */
  | { readonly kind: 'bad-probe'; readonly error: Error; readonly at: number }
  /** A probe was answered, and writes are accepted. */
  | { readonly kind: 'good-probe'; readonly at: number }
  /** Somebody wants it up now. */
  | { readonly kind: 'forced'; readonly at: number };

/** How much evidence is enough. */
export interface Rules {
  /** Time-outs in a row that mean down. */
  readonly softFailureThreshold: number;
  /** Good probes in a row that mean up. */
  readonly recoveryProbes: number;
}

/** Before the first probe. */
export const STARTING: HealthState = Object.freeze({ phase: 'starting' });

/** The verdict of a state: only `up` is up. */
export function verdictOf(state: HealthState): Verdict {
  return state.phase === 'up' ? 'up' : 'down';
}

/** Decides: the state after an outcome. Pure; answers the same state where the outcome changes nothing. */
export function decide(state: HealthState, outcome: Outcome, rules: Rules): HealthState {
  switch (outcome.kind) {
    case 'replied':
      return state.phase === 'up' && state.timeouts > 0 ? { ...state, timeouts: 0 } : state;
    case 'failed':
      return afterCommand(state, outcome.error, outcome.at, rules);
    case 'bad-probe':
      return afterBadProbe(state, outcome.error, outcome.at, rules);
    case 'good-probe':
      return afterGoodProbe(state, outcome.at, rules);
    case 'forced':
      return up(state, outcome.at);
  }
}

/** Milliseconds of good probes that are asked beyond their number after so many relapses. */
export function holdFor(relapses: number): number {
  return relapses === 0 ? 0 : Math.min(LONGEST_HOLD, FIRST_HOLD * 2 ** (relapses - 1));
}

/** The relapses that count at a time: a stay up forgives one for every 30 seconds it lasts. */
export function relapsesAt(state: HealthState, at: number): number {
  if (state.phase === 'starting') return 0;
  if (state.phase !== 'up') return state.relapses;
  return Math.max(0, state.relapses - Math.floor((at - state.since) / RELAPSE_WINDOW));
}

function afterCommand(
  state: HealthState,
  error: CacheUnavailableError,
  at: number,
  rules: Rules,
): HealthState {
  if (state.phase === 'up') return weigh(state, error, at, rules);
  // What is already known to be gone cannot go again; these are commands that were under way when it went.
  if (state.phase === 'starting' || state.scope === 'all' || error.scope === 'writes') return state;
  return { ...outageOf(state), phase: 'down', scope: 'all', error };
}

function afterBadProbe(state: HealthState, error: Error, at: number, rules: Rules): HealthState {
  if (state.phase === 'up') return weigh(state, error, at, rules);
  if (state.phase === 'starting') {
    return { phase: 'down', scope: scopeOf(error), error, failedProbes: 1, relapses: 0 };
  }
  const outage = outageOf(state);
  return {
    ...outage,
    phase: 'down',
    scope: outage.scope === 'all' ? 'all' : scopeOf(error),
    error,
    failedProbes: outage.failedProbes + 1,
  };
}

function afterGoodProbe(state: HealthState, at: number, rules: Rules): HealthState {
  if (state.phase === 'starting') return up(state, Number.NEGATIVE_INFINITY);
  if (state.phase === 'up') return state.timeouts > 0 ? { ...state, timeouts: 0 } : state;
  const since = state.phase === 'recovering' ? state.since : at;
  const goodProbes = state.phase === 'recovering' ? state.goodProbes + 1 : 1;
  if (goodProbes >= rules.recoveryProbes && at - since >= holdFor(state.relapses)) {
    return up(state, at);
  }
  return { ...outageOf(state), phase: 'recovering', since, goodProbes };
}

function up(state: HealthState, since: number): Up {
  if (state.phase === 'up') return state;
  const relapses = state.phase === 'starting' ? 0 : state.relapses;
  return { phase: 'up', since, timeouts: 0, relapses };
}

/** One failure while up: enough by itself, or one time-out more. */
function weigh(state: Up, error: Error, at: number, rules: Rules): HealthState {
  const timeouts = state.timeouts + 1;
  if (isTimeout(error) && timeouts < rules.softFailureThreshold) return { ...state, timeouts };
  const relapsed = at - state.since < RELAPSE_WINDOW;
  const relapses = relapsesAt(state, at) + (relapsed ? 1 : 0);
  return { phase: 'down', scope: scopeOf(error), error, failedProbes: 0, relapses };
}

function outageOf({ scope, error, failedProbes, relapses }: Down | Recovering): Outage {
  return { scope, error, failedProbes, relapses };
}

function isTimeout(error: Error): boolean {
  return error instanceof CacheUnavailableError && error.code === 'TIMEOUT';
}

function scopeOf(error: Error): 'all' | 'writes' {
  return error instanceof CacheUnavailableError ? error.scope : 'all';
}
