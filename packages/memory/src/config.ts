import {
  booleanOption,
  type Clock,
  ConfigurationError,
  type CriticalStore,
  type EvictionPolicy,
  integerOption,
  type LoadProgress,
  type Logger,
  objectOption,
  optionsObject,
  stringOption,
  systemClock,
  warningLogger,
} from '@cachefb/core';
import { createEvictionPolicy, type EvictionPolicyName } from '@cachefb/eviction';
import type { PersisterOptions } from './persistence/persister.js';

/** Options of `InMemoryCache`, all of which may be left out. */
export interface MemoryCacheConfig {
  /**
   * The most entries; a further one makes the eviction policy choose one to leave. Pinned entries are never chosen: a
   * cache full of them grows.
   * @defaultValue `2000`
   */
  readonly maxSize?: number | undefined;
  /**
   * The most bytes, estimated, of keys, values and what the cache keeps beside them.
   * @defaultValue none
   */
  readonly maxMemory?: number | undefined;
  /**
   * Which entry leaves a full cache: a policy's name, or a policy of one's own, made for this cache alone.
   * @defaultValue `'lru'`
   */
  readonly evictionPolicy?: EvictionPolicyName | EvictionPolicy | undefined;
  /**
   * Milliseconds that an entry written without a TTL lives here; 0 for ever.
   * @defaultValue `0`
   */
  readonly defaultTTL?: number | undefined;
  /**
   * Milliseconds between two sweeps that remove expired entries nobody asked for; 0 for no sweeps.
   * @defaultValue `60000`
   */
  readonly cleanupInterval?: number | undefined;
  /**
   * Whether hits, misses, times and the like are reported. Without it these figures of `getMetrics` stay 0.
   * @defaultValue `true`
   */
  readonly enableMetrics?: boolean | undefined;
  /**
   * Whether entries under `persistKeyPrefix` outlive the process, in the `store`.
   * @defaultValue `false`
   */
  readonly persistCriticalData?: boolean | undefined;
  /**
   * Keys that begin with it are critical to `persistCriticalData`.
   * @defaultValue `'critical:'`
   */
  readonly persistKeyPrefix?: string | undefined;
  /**
   * Where `persistCriticalData` keeps them: an `LmdbStore` of `@cachefb/persistence`, for instance. It is this cache's
   * own, and closed by `disconnect()`.
   * @defaultValue none
   */
  readonly store?: CriticalStore | undefined;
  /**
   * Called while the `store` is loaded at the start.
   * @defaultValue none
   */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
  /**
   * Told when the `store` fails and works again.
   * @defaultValue warnings of the process
   */
  readonly logger?: Logger | undefined;
  /**
   * Time, for tests.
   * @defaultValue the system's
   */
  readonly clock?: Clock | undefined;
}

/** A checked {@link MemoryCacheConfig}. */
export interface MemorySettings {
  readonly maxSize: number;
  readonly maxMemory: number;
  readonly evictionPolicy: EvictionPolicy;
  readonly defaultTTL: number;
  readonly cleanupInterval: number;
  readonly enableMetrics: boolean;
  readonly clock: Clock;
  /** `undefined` if nothing is persisted. */
  readonly persistence: PersisterOptions | undefined;
}

const NAMES: readonly (keyof MemoryCacheConfig)[] = [
  'maxSize',
  'maxMemory',
  'evictionPolicy',
  'defaultTTL',
  'cleanupInterval',
  'enableMetrics',
  'persistCriticalData',
  'persistKeyPrefix',
  'store',
  'onLoadProgress',
  'logger',
  'clock',
];

/** The longest delay of a timer, milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Checks a configuration and fills in the defaults. */
export function readConfig(config: MemoryCacheConfig | undefined): MemorySettings {
  const given = optionsObject<MemoryCacheConfig>('', config, NAMES);
  const maxSize = integerOption('maxSize', given.maxSize, 2000, { min: 1 });
  return {
    maxSize,
    maxMemory:
      given.maxMemory === undefined
        ? Number.POSITIVE_INFINITY
        : integerOption('maxMemory', given.maxMemory, 0, { min: 1 }),
    evictionPolicy: ownPolicy(createEvictionPolicy(given.evictionPolicy ?? 'lru', maxSize)),
    defaultTTL: integerOption('defaultTTL', given.defaultTTL, 0),
    cleanupInterval: integerOption('cleanupInterval', given.cleanupInterval, 60_000, {
      max: LONGEST_TIMER,
    }),
    enableMetrics: booleanOption('enableMetrics', given.enableMetrics, true),
    clock: objectOption('clock', given.clock, ['now', 'after', 'clear']) ?? systemClock,
    persistence: persistenceOf(given),
  };
}

const policiesInUse = new WeakSet<EvictionPolicy>();

/** A policy knows the entries of one cache; two caches must not share it. */
function ownPolicy(policy: EvictionPolicy): EvictionPolicy {
  if (policiesInUse.has(policy)) {
    throw new ConfigurationError(
      'evictionPolicy',
      policy,
      'a policy of its own, because this one already serves another cache',
    );
  }
  policiesInUse.add(policy);
  return policy;
}

function persistenceOf(given: MemoryCacheConfig): PersisterOptions | undefined {
  const prefix = stringOption('persistKeyPrefix', given.persistKeyPrefix, 'critical:');
  const store = objectOption('store', given.store, ['load', 'write', 'delete', 'clear', 'close']);
  const logger = objectOption('logger', given.logger, ['debug', 'info', 'warn', 'error']);
  const { onLoadProgress } = given;
  if (onLoadProgress !== undefined && typeof onLoadProgress !== 'function') {
    throw new ConfigurationError('onLoadProgress', onLoadProgress, 'a function');
  }
  if (!booleanOption('persistCriticalData', given.persistCriticalData, false)) return undefined;
  if (store === undefined) {
    throw new ConfigurationError(
      'persistCriticalData',
      true,
      "a store with it: install @cachefb/persistence and pass store: new LmdbStore({ path: '…' })",
    );
  }
  return { store, prefix, logger: logger ?? warningLogger, onLoadProgress };
}
