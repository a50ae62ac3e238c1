import {
  type CacheBackend,
  type Clock,
  integerOption,
  type KeyState,
  objectOption,
  optionsObject,
  systemClock,
} from '@cachefb/core';
import type { Journal } from './journal.js';
import { functionOption, requiredOption } from './option.js';
import type { JournalRecord } from './record.js';

/** What a `SyncEngine` works with. */
export interface SyncEngineOptions {
  readonly journal: Journal;
  /** Where the changes go. */
  readonly backend: CacheBackend;
  /** Records a batch. @defaultValue `100` */
  readonly batchSize?: number;
  /** Attempts at a batch before waiting longer. @defaultValue `3` */
  readonly retryAttempts?: number;
  /** For how long a record that was sent may be sent again, milliseconds. @defaultValue `86400000` (a day) */
  readonly markTtl?: number;
  /** @defaultValue `systemClock` */
  readonly clock?: Clock;
  /** Called for each record that is done, before its key belongs to Redis. `current` is what Redis kept instead, if it did. */
  readonly onSettled?: (record: JournalRecord, result: SettledResult) => void;
  /**
   * Forgets the dedupe marks of records that are settled, once none of them can come back.
   * @defaultValue at once, by the `confirm` of `backend`
   */
  readonly confirm?: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/** How a record ended. */
export interface SettledResult {
  readonly outcome: 'applied' | 'remote' | 'refused' | 'ambiguous' | 'ignored';
  /** What Redis holds, where that is known without asking. */
  readonly current?: KeyState | undefined;
}

/** The options, complete. */
interface EngineSettings extends Required<Omit<SyncEngineOptions, 'confirm'>> {
  readonly confirm: (ids: readonly string[]) => Promise<void> | undefined;
}

const NAMES = [
  'journal',
  'backend',
  'batchSize',
  'retryAttempts',
  'markTtl',
  'clock',
  'onSettled',
  'confirm',
] as const;

/** @throws ConfigurationError naming the option and its value. */
export function checkEngineOptions(options: SyncEngineOptions): EngineSettings {
  const given = optionsObject<SyncEngineOptions>('', options, NAMES);
  const backend = requiredOption('backend', objectOption('backend', given.backend, ['apply']));
  const min = 1;
  return {
    journal: requiredOption('journal', objectOption('journal', given.journal, ['seal', 'settle'])),
    backend,
    batchSize: integerOption('batchSize', given.batchSize, 100, { min }),
    retryAttempts: integerOption('retryAttempts', given.retryAttempts, 3, { min }),
    markTtl: integerOption('markTtl', given.markTtl, 86_400_000, { min }),
    clock: objectOption('clock', given.clock, ['now', 'after', 'clear']) ?? systemClock,
    onSettled: functionOption('onSettled', given.onSettled) ?? (() => {}),
    confirm: functionOption('confirm', given.confirm) ?? ((ids) => backend.confirm?.(ids)),
  };
}
