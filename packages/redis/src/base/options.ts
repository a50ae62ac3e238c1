import {
  booleanOption,
  type Clock,
  ConfigurationError,
  integerOption,
  type Logger,
  optionsObject,
  silentLogger,
  systemClock,
} from '@cachefb/core';

/** Options of a `RedisBackend`, over whichever client; every one is optional. */
export interface RedisBackendOptions {
  /**
   * How long anything may take: a command until its reply, and connecting with all that belongs to it. Milliseconds.
   *
   * @defaultValue `5000`
   */
  timeout?: number;
  /**
   * The name of the connection in `CLIENT LIST`; no spaces.
   *
   * @defaultValue the client's own, else none
   */
  name?: string;
  /**
   * How long it is remembered in Redis that a change was made, so that it is never made twice, and when. Milliseconds.
   *
   * @defaultValue `86400000`, a day
   */
  markTtl?: number;
  /**
   * Commands without a reply beyond which further ones are refused at once.
   *
   * @defaultValue `1000000`
   */
  maxInFlight?: number;
  /**
   * Whether commands of one kind that are issued in one turn of the event loop may travel as one: many `get`s as one MGET,
   * many `set`s as one MSET. Callers see no difference.
   *
   * @defaultValue `true`
   */
  coalesce?: boolean;
  /** @defaultValue the system's */
  clock?: Clock;
  /** @defaultValue none */
  logger?: Logger;
}

/** {@link RedisBackendOptions}, checked and complete. */
export interface CheckedOptions {
  readonly timeout: number;
  readonly name: string | undefined;
  readonly markTtl: number;
  readonly maxInFlight: number;
  readonly coalesce: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

const NAMES = ['timeout', 'name', 'markTtl', 'maxInFlight', 'coalesce', 'clock', 'logger'] as const;
const DAY = 24 * 60 * 60 * 1000;
/** Beyond it, timers fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Checks the options, or throws a `ConfigurationError`. */
export function checkOptions(options: unknown): CheckedOptions {
  const given = optionsObject<RedisBackendOptions>('options', options, NAMES);
  const { timeout, name, markTtl, maxInFlight, coalesce, clock, logger } = given;
  if (name !== undefined && (typeof name !== 'string' || !/^[!-~]+$/.test(name))) {
    throw new ConfigurationError('options.name', name, 'a word of visible ASCII characters');
  }
  return {
    timeout: integerOption('options.timeout', timeout, 5000, { min: 1, max: LONGEST_TIMER }),
    name,
    markTtl: integerOption('options.markTtl', markTtl, DAY, { min: 1 }),
    maxInFlight: integerOption('options.maxInFlight', maxInFlight, 1_000_000, { min: 1 }),
    coalesce: booleanOption('options.coalesce', coalesce, true),
    clock: methodsOption('options.clock', clock, systemClock, ['now', 'after', 'clear']),
    logger: methodsOption('options.logger', logger, silentLogger, LOGGER_METHODS),
  };
}

const LOGGER_METHODS = ['debug', 'info', 'warn', 'error'] as const;

function methodsOption<T extends object>(
  option: string,
  value: T | undefined,
  fallback: T,
  methods: readonly (keyof T & string)[],
): T {
  if (value === undefined) return fallback;
  const complete =
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof value[method] === 'function');
  if (complete) return value;
  throw new ConfigurationError(option, value, `an object with ${methods.join(', ')}`);
}
