import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  booleanOption,
  ConfigurationError,
  objectOption,
  optionsObject,
  stringOption,
} from '@cachefb/core';
import type { CommandMessage } from '@cachefb/manager';
import {
  type Attributes,
  type MeterProvider,
  metrics,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { CommandDurations } from './command-durations.js';
import { CommandSpans } from './command-spans.js';
import { CACHE_NAME } from './conventions.js';
import type { ObservedCache } from './observed-cache.js';
import { stateMetrics } from './state-metrics.js';

/** Options of {@link instrumentCache}. */
export interface InstrumentationOptions {
  /** A span for each command. @defaultValue `true` */
  readonly spans?: boolean | undefined;
  /** Metrics of commands, outages, the journal and memory. @defaultValue `true` */
  readonly metrics?: boolean | undefined;
  /** Put the keys of a command into its span, as `db.query.text`. Values never are. @defaultValue `false` */
  readonly keys?: boolean | undefined;
  /** By which several managers are told apart: the attribute `cachefb.name`. @defaultValue none */
  readonly name?: string | undefined;
  /** Attributes of every span and metric, `server.address` for instance. @defaultValue none */
  readonly attributes?: Attributes | undefined;
  /** Where spans go. @defaultValue the global provider */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Where metrics go. @defaultValue the global provider */
  readonly meterProvider?: MeterProvider | undefined;
}

const NAMES = [
  'spans',
  'metrics',
  'keys',
  'name',
  'attributes',
  'tracerProvider',
  'meterProvider',
] as const;
const METHODS = ['getHealthStatus', 'getMemoryCacheMetrics', 'getSyncStats', 'on'] as const;
const SCOPE = '@cachefb/opentelemetry';

/**
 * Has OpenTelemetry see a manager, until the function that it answers is called. The manager may be initialized or not; the
 * SDK has to be set up before.
 *
 * @throws ConfigurationError naming the option and its value.
 *
 * @example
 * ```ts
 * const stop = instrumentCache(cache);
 * ```
 */
export function instrumentCache(
  cache: ObservedCache,
  options?: InstrumentationOptions,
): () => void {
  if (cache === undefined) throw new ConfigurationError('cache', cache, 'a manager');
  objectOption('cache', cache, METHODS);
  const given = optionsObject<InstrumentationOptions>('', options, NAMES);
  const attributes = attributesOf(given);
  const keys = booleanOption('keys', given.keys, false);
  const withSpans = booleanOption('spans', given.spans, true);
  const withMetrics = booleanOption('metrics', given.metrics, true);
  const tracers = objectOption('tracerProvider', given.tracerProvider, ['getTracer']) ?? trace;
  const meters = objectOption('meterProvider', given.meterProvider, ['getMeter']) ?? metrics;
  const undo: (() => void)[] = [];
  if (withSpans) {
    const spans = new CommandSpans(tracers.getTracer(SCOPE), attributes, keys);
    undo.push(
      listen(cache, 'start', (command) => spans.started(command)),
      listen(cache, 'asyncEnd', (command) => spans.ended(command)),
    );
  }
  if (withMetrics) {
    const meter = meters.getMeter(SCOPE);
    const durations = new CommandDurations(meter, attributes);
    undo.push(
      listen(cache, 'asyncEnd', (command) => durations.ended(command)),
      stateMetrics(meter, cache, attributes),
    );
  }
  return () => {
    for (const step of undo.splice(0)) step();
  };
}

function attributesOf(given: InstrumentationOptions): Attributes {
  const { name, attributes = {} } = given;
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) {
    throw new ConfigurationError('attributes', attributes, 'an object');
  }
  return name === undefined
    ? attributes
    : { ...attributes, [CACHE_NAME]: stringOption('name', name, '') };
}

function listen(
  cache: ObservedCache,
  event: 'start' | 'asyncEnd',
  listener: (command: CommandMessage) => void,
): () => void {
  const channel = `tracing:cachefb:command:${event}`;
  const onMessage = (message: unknown) => {
    const command = message as CommandMessage;
    if ((command.cache as unknown) === cache) listener(command);
  };
  subscribe(channel, onMessage);
  return () => void unsubscribe(channel, onMessage);
}
