import type { Change, ChangeOutcome, KeyState } from '@cachefb/core';
import {
  type Resolution,
  type Settlement,
  settleConflict,
  withEarlierDeadline,
  withOwnDeadline,
} from './conflict.js';
import type { JournalRecord } from './record.js';

/** How often a conflict is tried against a value that keeps changing before that value is left in peace. */
const ROUNDS = 5;

/** How a change ended that was not made at once. */
export type Conclusion =
  | { readonly outcome: 'applied'; readonly change: Change }
  /** The key had to exist, and has come to its end. */
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'remote'; readonly current: KeyState }
  | { readonly outcome: 'refused'; readonly error: Error };

/** What concluding needs. */
export interface ConclusionContext {
  readonly apply: (change: Change) => Promise<ChangeOutcome>;
  /** Told once, by the first way of settling it. */
  readonly onConflict: (resolution: Resolution) => void;
  readonly onError: (error: unknown) => void;
}

type Found = Extract<ChangeOutcome, { status: 'conflict' }>;

/**
 * Brings a change to its end that met something else than was expected.
 *
 * @param revival - what to send instead if the key has to exist and does not.
 */
export async function conclude(
  record: JournalRecord,
  change: Change,
  revival: Change | undefined,
  first: ChangeOutcome,
  context: ConclusionContext,
): Promise<Conclusion> {
  let outcome = first;
  let current = change;
  if (change.expect?.exists && isAbsent(outcome)) {
    if (revival === undefined) return { outcome: 'expired' };
    current = revival;
    outcome = await context.apply(current);
  }
  const retold = outcome.status === 'conflict' && withOwnDeadline(record, current, outcome);
  if (retold) {
    current = retold;
    outcome = await context.apply(current);
  }
  for (let round = 0; outcome.status === 'conflict'; round++) {
    const found = outcome;
    const settlement =
      round < ROUNDS ? await settlementOf(record, current, found, context) : undefined;
    if (round === 0) context.onConflict(settlement?.resolution ?? 'remote');
    if (settlement?.change === undefined) return { outcome: 'remote', current: found.current };
    current = settlement.change;
    outcome = await context.apply(current);
  }
  return outcome.status === 'refused'
    ? { outcome: 'refused', error: outcome.error }
    : { outcome: 'applied', change: current };
}

/** A resolver that throws leaves Redis's value alone; the error is reported, not raised. */
async function settlementOf(
  record: JournalRecord,
  change: Change,
  found: Found,
  { onError }: ConclusionContext,
): Promise<Settlement | undefined> {
  const ending = withEarlierDeadline(change, found);
  if (ending) return { resolution: 'merged', change: ending };
  try {
    return await settleConflict(record, change, found);
  } catch (error) {
    onError(error);
    return undefined;
  }
}

function isAbsent(outcome: ChangeOutcome): boolean {
  return outcome.status === 'conflict' && outcome.current.type === 'none';
}
