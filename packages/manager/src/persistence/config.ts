import {
  booleanOption,
  ConfigurationError,
  type CriticalStore,
  type LoadProgress,
  objectOption,
  stringOption,
} from '@cachefb/core';
import type { MemoryCacheConfig } from '@cachefb/memory';

/** The options of persistence that a manager takes. */
export interface PersistenceConfig {
  readonly store?: CriticalStore | undefined;
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** What a manager persists, and where. */
export interface PersistenceChoice extends PersistenceConfig {
  readonly persistKeyPrefix: string | undefined;
}

/**
 * Reads them; those of the cache in memory count for the manager, which persists in its place.
 *
 * @throws ConfigurationError naming the option and its value.
 */
export function persistenceOf(
  { store: own, onLoadProgress: ownProgress }: PersistenceConfig,
  memory: MemoryCacheConfig | undefined,
): PersistenceChoice {
  const wanted = booleanOption(
    'memoryCacheConfig.persistCriticalData',
    memory?.persistCriticalData,
    false,
  );
  const prefix = stringOption(
    'memoryCacheConfig.persistKeyPrefix',
    memory?.persistKeyPrefix,
    'critical:',
  );
  const theirs = wanted ? storeOption('memoryCacheConfig.store', memory?.store) : undefined;
  const store = storeOption('store', own) ?? theirs;
  if (theirs !== undefined && theirs !== store) {
    throw new ConfigurationError('memoryCacheConfig.store', theirs, 'nothing beside store');
  }
  if (wanted && store === undefined) {
    throw new ConfigurationError(
      'memoryCacheConfig.persistCriticalData',
      true,
      "a store with it: install @cachefb/persistence and pass store: new LmdbStore({ path: '…' })",
    );
  }
  const onLoadProgress = ownProgress ?? memory?.onLoadProgress;
  checkStore(store, onLoadProgress);
  return { store, onLoadProgress, persistKeyPrefix: wanted ? prefix : undefined };
}

/** @throws ConfigurationError if either cannot work. */
export function checkStore(store: unknown, onLoadProgress: unknown): void {
  storeOption('store', store);
  if (onLoadProgress !== undefined && typeof onLoadProgress !== 'function') {
    throw new ConfigurationError('onLoadProgress', onLoadProgress, 'a function');
  }
}

function storeOption(name: string, store: unknown): CriticalStore | undefined {
  return objectOption(name, store as CriticalStore | undefined, [
    'load',
    'write',
    'delete',
    'clear',
    'close',
  ]);
}
