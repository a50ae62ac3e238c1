import { type Clock, integerOption, objectOption, optionsObject, systemClock } from '@cachefb/core';
import type { PolicyLookup } from './key-policy.js';
import { functionOption, requiredOption } from './option.js';
import type { JournalRecord } from './record.js';

/** How a `Journal` is bounded and told of its surroundings. */
export interface JournalOptions {
  readonly policies: PolicyLookup;
  /** Records beyond which the oldest are given up. @defaultValue `100000` */
  readonly maxPendingRecords?: number;
  /** Age at which a record is given up, milliseconds. @defaultValue `86400000` (a day) */
  readonly maxPendingAge?: number;
  /** @defaultValue `systemClock` */
  readonly clock?: Clock;
  /** Called when the last record of a key is gone: Redis owns it again. */
  readonly onReleased?: (key: string, record: JournalRecord) => void;
  /** Called when a record is given up because of a limit. */
  readonly onDropped?: (record: JournalRecord, reason: 'full' | 'age') => void;
}

const NAMES = [
  'policies',
  'maxPendingRecords',
  'maxPendingAge',
  'clock',
  'onReleased',
  'onDropped',
] as const;

/** @throws ConfigurationError naming the option and its value. */
export function checkJournalOptions(options: JournalOptions): Required<JournalOptions> {
  const given = optionsObject<JournalOptions>('', options, NAMES);
  const { maxPendingRecords, maxPendingAge, clock } = given;
  const min = 1;
  return {
    policies: requiredOption('policies', functionOption('policies', given.policies)),
    maxPendingRecords: integerOption('maxPendingRecords', maxPendingRecords, 100_000, { min }),
    maxPendingAge: integerOption('maxPendingAge', maxPendingAge, 86_400_000, { min }),
    clock: objectOption('clock', clock, ['now', 'after', 'clear']) ?? systemClock,
    onReleased: functionOption('onReleased', given.onReleased) ?? (() => {}),
    onDropped: functionOption('onDropped', given.onDropped) ?? (() => {}),
  };
}
