import { ConfigurationError } from '@cachefb/core';
import type { CommandMessage, FailoverReason } from '@cachefb/manager';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ObservedCache } from './observed-cache.js';
import { SAMPLED, type SampledMetric, sample } from './sampled.js';

const REASONS: readonly FailoverReason[] = [
  'unavailable',
  'writes-refused',
  'manual',
  'unavailable-at-start',
];
const PROVIDERS = ['redis', 'memory'] as const;

/** From an answer out of memory to the longest wait for Redis by default. */
const COMMAND_BUCKETS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
  5, 10,
];
/** From a restart to a day. */
const OUTAGE_BUCKETS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

const registers = new WeakMap<Registry, RegisterMetrics>();

/** The metrics of one register, each with a series for every manager observed there. */
export class RegisterMetrics {
  readonly #register: Registry;
  readonly #names: string[] = [];
  readonly #caches = new Map<string, ObservedCache>();
  readonly #failovers: Counter<'cache' | 'reason'>;
  readonly #outages: Histogram<'cache'>;
  readonly #durations: Histogram<'cache' | 'command' | 'provider'>;
  readonly #errors: Counter<'cache' | 'command' | 'code'>;
  /** The series of each manager that only events make, to be removed with it. */
  readonly #series = new Map<string, Map<string, () => void>>();

  private constructor(register: Registry) {
    this.#register = register;
    this.#createProvider();
    for (const metric of SAMPLED) this.#createSampled(metric);
    this.#failovers = new Counter({
      ...this.#named('cachefb_failovers_total', 'Times that memory took over.'),
      labelNames: ['cache', 'reason'],
    });
    this.#outages = new Histogram({
      ...this.#named(
        'cachefb_outage_duration_seconds',
        'How long memory answered, of outages that are over.',
      ),
      labelNames: ['cache'],
      buckets: OUTAGE_BUCKETS,
    });
    this.#durations = new Histogram({
      ...this.#named(
        'cachefb_command_duration_seconds',
        'How long commands took, by who answered them; those that failed are counted, too.',
      ),
      labelNames: ['cache', 'command', 'provider'],
      buckets: COMMAND_BUCKETS,
    });
    this.#errors = new Counter({
      ...this.#named('cachefb_command_errors_total', 'Commands that were rejected.'),
      labelNames: ['cache', 'command', 'code'],
    });
  }

  /** The metrics of a register, created there at the first call. */
  static of(register: Registry): RegisterMetrics {
    let metrics = registers.get(register);
    if (metrics === undefined) {
      metrics = new RegisterMetrics(register);
      registers.set(register, metrics);
    }
    return metrics;
  }

  /** @throws ConfigurationError if the register has a manager of that name. */
  add(name: string, cache: ObservedCache): void {
    if (this.#caches.has(name)) {
      throw new ConfigurationError(
        'name',
        name,
        'a name that no other manager has in this register',
      );
    }
    this.#caches.set(name, cache);
    this.#series.set(name, new Map());
    // A counter that is not there before its first increase hides that increase from rate().
    for (const reason of REASONS) this.#failovers.inc({ cache: name, reason }, 0);
    this.#outages.zero({ cache: name });
  }

  /** Removes a manager's series; with the last one, the metrics. */
  remove(name: string): void {
    this.#caches.delete(name);
    for (const reason of REASONS) this.#failovers.remove({ cache: name, reason });
    this.#outages.remove({ cache: name });
    for (const forget of this.#series.get(name)?.values() ?? []) forget();
    this.#series.delete(name);
    if (this.#caches.size > 0) return;
    for (const metric of this.#names) this.#register.removeSingleMetric(metric);
    registers.delete(this.#register);
  }

  failedOver(cache: string, reason: FailoverReason): void {
    this.#failovers.inc({ cache, reason });
  }

  recovered(cache: string, downtime: number): void {
    this.#outages.observe({ cache }, downtime / 1000);
  }

  ended(cache: string, { name, provider, startedAt, error }: CommandMessage): void {
    const series = this.#series.get(cache);
    if (series === undefined) return;
    const labels = { cache, command: name, provider: provider ?? 'memory' };
    this.#durations.observe(labels, (performance.now() - startedAt) / 1000);
    remember(series, `${name} ${labels.provider}`, () => this.#durations.remove(labels));
    if (error === undefined) return;
    const failed = { cache, command: name, code: codeOf(error) };
    this.#errors.inc(failed);
    remember(series, `${name} failed ${failed.code}`, () => this.#errors.remove(failed));
  }

  #named(name: string, help: string) {
    this.#names.push(name);
    return { name, help, registers: [this.#register] };
  }

  #createProvider(): void {
    const caches = this.#caches;
    const metric = new Gauge({
      ...this.#named(
        'cachefb_provider',
        'Who answers commands: 1 for that provider, 0 for the other.',
      ),
      labelNames: ['cache', 'provider'],
      collect() {
        metric.reset();
        for (const [cache, observed] of caches) {
          const current = observed.getHealthStatus().provider;
          for (const provider of PROVIDERS) {
            metric.set({ cache, provider }, Number(provider === current));
          }
        }
      },
    });
  }

  #createSampled({ name, help, type, read }: SampledMetric): void {
    const caches = this.#caches;
    const options = {
      ...this.#named(name, help),
      labelNames: ['cache'] as const,
      collect() {
        metric.reset();
        for (const [cache, observed] of caches) {
          const value = read(sample(observed));
          if (value !== undefined) metric.inc({ cache }, value);
        }
      },
    };
    const metric = type === 'gauge' ? new Gauge(options) : new Counter(options);
  }
}

function remember(series: Map<string, () => void>, name: string, forget: () => void): void {
  if (!series.has(name)) series.set(name, forget);
}

/** A word of few: the code of an error of cachefb's. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'UNKNOWN';
}
