import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  booleanOption,
  ConfigurationError,
  objectOption,
  optionsObject,
  stringOption,
} from '@cachefb/core';
import type { CommandMessage } from '@cachefb/manager';
import { register as defaultRegister, type Registry } from 'prom-client';
import type { ObservedCache } from './observed-cache.js';
import { RegisterMetrics } from './register-metrics.js';

/** Options of {@link collectCacheMetrics}. */
export interface CacheMetricsOptions {
  /** Where the metrics go. @defaultValue the default register of prom-client */
  readonly register?: Registry | undefined;
  /** The value of the label `cache`, by which several managers of a register are told apart. @defaultValue `'default'` */
  readonly name?: string | undefined;
  /** Whether every command is timed. Without it a command costs what it costs without metrics. @defaultValue `true` */
  readonly commands?: boolean | undefined;
}

const METHODS = ['getHealthStatus', 'getMemoryCacheMetrics', 'getSyncStats', 'on'] as const;
const COMMAND_ENDED = 'tracing:cachefb:command:asyncEnd';

/**
 * Puts the metrics of a manager into a register of prom-client, until the function that it answers is called.
 *
 * The manager may be initialized or not. Most figures are read when the register is scraped; commands are counted as they
 * end.
 *
 * @throws ConfigurationError naming the option and its value; also where the register has a manager of that name.
 *
 * @example
 * ```ts
 * const stop = collectCacheMetrics(cache);
 * response.end(await register.metrics());
 * ```
 */
export function collectCacheMetrics(
  cache: ObservedCache,
  options?: CacheMetricsOptions,
): () => void {
  if (cache === undefined) throw new ConfigurationError('cache', cache, 'a manager');
  objectOption('cache', cache, METHODS);
  const given = optionsObject<CacheMetricsOptions>('', options, ['register', 'name', 'commands']);
  const register =
    objectOption('register', given.register, ['metrics', 'registerMetric']) ?? defaultRegister;
  const name = stringOption('name', given.name, 'default');
  const commands = booleanOption('commands', given.commands, true);

  const metrics = RegisterMetrics.of(register);
  metrics.add(name, cache);
  const undo = [
    cache.on('failover', ({ reason }) => metrics.failedOver(name, reason)),
    cache.on('recovery', ({ downtime }) => metrics.recovered(name, downtime)),
    () => metrics.remove(name),
  ];
  if (commands) {
    const ended = (message: unknown) => {
      const command = message as CommandMessage;
      if ((command.cache as unknown) === cache) metrics.ended(name, command);
    };
    subscribe(COMMAND_ENDED, ended);
    undo.unshift(() => void unsubscribe(COMMAND_ENDED, ended));
  }
  return () => {
    for (const step of undo.splice(0)) step();
  };
}
