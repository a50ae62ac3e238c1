import {
  type BackendStatus,
  type CacheUnavailableError,
  Emitter,
  type Listener,
  type Timer,
} from '@cachefb/core';
import { boundedProbe, type Finding } from './bounded-probe.js';
import { type HealthConfig, type HealthMonitorOptions, healthConfig } from './config.js';
import type { HealthEvents } from './health-events.js';
import type { MonitorStatus } from './monitor-status.js';
import { nextProbeIn, SPACING } from './probe-schedule.js';
import {
  decide,
  type HealthState,
  type Outcome,
  relapsesAt,
  STARTING,
  type Verdict,
  verdictOf,
} from './verdict.js';
import { writeRefusal } from './write-refusal.js';

interface ProbeUnderWay {
  /** Whether it was answered and writes are accepted; `false` if given up. */
  readonly good: Promise<boolean>;
  readonly giveUp: () => void;
}

const WRITABLE: BackendStatus = Object.freeze({ writable: true });

/**
 * Decides whether a backend is up or down, from the outcomes of real commands and from probes of its own.
 *
 * Refused, reset and unsent commands mean down at once, time-outs only several in a row; coming back takes several good
 * probes in a row, and longer after each relapse.
 */
export class HealthMonitor {
  readonly #config: HealthConfig;
  readonly #events = new Emitter<HealthEvents>();
  #state: HealthState = STARTING;
  #started: Promise<Verdict> | undefined;
  #underWay: ProbeUnderWay | undefined;
  #timer: { readonly handle: Timer; readonly due: number } | undefined;
  #replied = false;
  #failures = 0;
  #lastError: Error | undefined;
  #lastCheck = 0;
  #lastProbeAt = Number.NEGATIVE_INFINITY;
  #responseTime = 0;
  #lastGood = WRITABLE;

  /** @throws ConfigurationError that names the wrong option and its value. */
  constructor(options: HealthMonitorOptions) {
    this.#config = healthConfig(options);
  }

  /** Whether commands should go to the backend. `'down'` until {@link HealthMonitor.start} has probed once. */
  get verdict(): Verdict {
    return verdictOf(this.#state);
  }

  /** Whether reads work: always while up, and in an outage of writes only. */
  get readable(): boolean {
    const state = this.#state;
    return state.phase === 'up' || (state.phase !== 'starting' && state.scope === 'writes');
  }

  /** The figures of this moment. */
  get status(): MonitorStatus {
    const state = this.#state;
    const isHealthy = state.phase === 'up';
    return {
      isHealthy,
      readable: this.readable,
      writable: isHealthy || state.phase === 'recovering',
      lastCheck: Math.round(this.#lastCheck),
      consecutiveFailures: isHealthy && this.#replied ? 0 : this.#failures,
      responseTime: this.#responseTime,
      ...(this.#lastError && { lastError: this.#lastError }),
      relapses: relapsesAt(state, this.#config.clock.now()),
    };
  }

  /**
   * Probes once, which decides the beginning alone and emits no `up` or `down`; probing then goes on by itself.
   * Resolves within the timeout; never rejects. Idempotent.
   */
  start(): Promise<Verdict> {
    this.#started ??= this.#probe().then(() => this.verdict);
    return this.#started;
  }

  /** Ends probing: no timer is left, and what a probe under way finds is ignored. Idempotent. */
  stop(): void {
    this.#started = undefined;
    this.#disarm();
    this.#underWay?.giveUp();
    this.#underWay = undefined;
    this.#state = STARTING;
  }

  /** Tells of a command that was answered. As cheap as can be: call it for every one. */
  succeeded(): void {
    this.#replied = true;
  }

  /** Tells of a command that failed for a reason of the backend's. Thousands at once cost no more than counting them. */
  failed(error: CacheUnavailableError): void {
    if (this.#started === undefined) return;
    const at = this.#config.clock.now();
    this.#failureSeen(error, at);
    if (!this.readable) return;
    this.#apply({ kind: 'failed', error, at }, at);
    this.#probeAtOnceInDoubt(at);
  }

  /**
   * Probes now, or joins the probe under way. Resolves with whether it was good: answered, and writes are accepted. It
   * counts like any probe. `false`, without asking, before {@link HealthMonitor.start} and after {@link HealthMonitor.stop}.
   */
  probeNow(): Promise<boolean> {
    return this.#started === undefined ? Promise.resolve(false) : this.#probe();
  }

  /** Turns the verdict to up by hand, without waiting for more good probes. */
  markUp(): void {
    if (this.#started === undefined) return;
    const at = this.#config.clock.now();
    this.#apply({ kind: 'forced', at }, at);
  }

  /** Subscribes; answers how to undo it. */
  on<E extends keyof HealthEvents>(event: E, listener: Listener<HealthEvents[E]>): () => void {
    return this.#events.on(event, listener);
  }

  #probe(): Promise<boolean> {
    this.#underWay ??= this.#ask();
    return this.#underWay.good;
  }

  #ask(): ProbeUnderWay {
    const { probe, timeout, clock } = this.#config;
    this.#disarm();
    let giveUp = () => {};
    const good = new Promise<boolean>((resolve) => {
      const close = boundedProbe(probe, timeout, clock, (finding) => {
        this.#underWay = undefined;
        this.#learn(finding);
        resolve(finding.ok && finding.status.writable);
      });
      giveUp = () => {
        close();
        resolve(false);
      };
    });
    return { good, giveUp };
  }

  #learn(finding: Finding): void {
    const at = this.#config.clock.now();
    this.#lastProbeAt = at;
    if (finding.ok) this.#responseTime = finding.responseTime;
    const outcome = this.#outcomeOf(finding, at);
    this.#apply(outcome, at);
    this.#arm(at);
    this.#events.emit('probe', { ...finding, at: Math.round(at) });
  }

  #outcomeOf(finding: Finding, at: number): Outcome {
    if (finding.ok && finding.status.writable) {
      this.#lastGood = finding.status;
      this.#lastCheck = at;
      this.#failures = 0;
      return { kind: 'good-probe', at };
    }
    const error = finding.ok ? writeRefusal(finding.status) : finding.error;
    this.#failureSeen(error, at);
    return { kind: 'bad-probe', error, at };
  }

  #failureSeen(error: Error, at: number): void {
    if (this.#replied) this.#rowBroken();
    this.#failures++;
    this.#lastError = error;
    this.#lastCheck = at;
  }

  /** Commands were answered since the last failure; while down that says nothing: they are old, or only reads. */
  #rowBroken(): void {
    this.#replied = false;
    if (this.#state.phase !== 'up') return;
    this.#failures = 0;
    this.#state = decide(this.#state, { kind: 'replied' }, this.#config);
  }

  #apply(outcome: Outcome, at: number): void {
    const before = this.#state;
    const after = decide(before, outcome, this.#config);
    if (after === before) return;
    const wasReadable = this.readable;
    this.#state = after;
    if (before.phase === 'starting') return;
    if (verdictOf(before) !== verdictOf(after)) this.#arm(at);
    this.#tell(before, after, wasReadable, at);
  }

  #tell(before: HealthState, after: HealthState, wasReadable: boolean, at: number): void {
    const time = Math.round(at);
    if (after.phase === 'up') {
      if (before.phase !== 'up') this.#events.emit('up', { status: this.#lastGood, at: time });
    } else if (after.phase === 'down') {
      const { error } = after;
      if (before.phase === 'up') this.#events.emit('down', { error, at: time });
      else if (wasReadable && !this.readable) this.#events.emit('unreadable', { error, at: time });
    }
  }

  /** After a time-out that was not enough, the next probe comes at once, yet not without pause. */
  #probeAtOnceInDoubt(at: number): void {
    if (this.#state.phase === 'up' && this.#state.timeouts > 0) {
      this.#armAt(Math.max(at, this.#lastProbeAt + SPACING), at);
    }
  }

  #arm(at: number): void {
    const { healthCheckInterval, random } = this.#config;
    this.#disarm();
    this.#armAt(at + nextProbeIn(this.#state, healthCheckInterval, random), at);
  }

  /** Probes at `due`, unless a probe is under way or due before. */
  #armAt(due: number, at: number): void {
    if (this.#started === undefined || this.#underWay !== undefined) return;
    if (this.#timer !== undefined && this.#timer.due <= due) return;
    this.#disarm();
    const handle = this.#config.clock.after(due - at, () => void this.#probe());
    this.#timer = { handle, due };
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#config.clock.clear(this.#timer.handle);
    this.#timer = undefined;
  }
}
