import type { CacheBackend, Change, ChangeOutcome, Effect, KeyState } from '@cachefb/core';
import type { Journal, JournalRecord } from '@cachefb/sync';

const BATCH = 100;
/** How often a key is tried that changes between being found and being given. */
const ROUNDS = 3;

type Conflict = Extract<ChangeOutcome, { status: 'conflict' }>;

/**
 * Gives a server that lost everything the copies of keys that it lost. What is there already stays, unless another
 * process gave it back from a copy that is older than ours: a seed leaves a stamp of the time at which it was last known
 * to be true, negative, so that whatever else is written counts as later. Of a key with a record it is the copy from
 * before, on which the record then builds: a record that only adds, or only moves the deadline, would find nothing to do
 * it to.
 *
 * @param seeds - the keys, each with the time at which its copy was last known to be true, epoch milliseconds.
 */
export async function reseed(
  primary: CacheBackend,
  fallback: CacheBackend,
  journal: Journal,
  seeds: ReadonlyMap<string, number>,
): Promise<void> {
  const keys = [...seeds.keys()];
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH);
    const states = await fallback.read(batch);
    let changes = batch.flatMap((key, index) =>
      seed(key, stateBefore(journal.recordOf(key), states[index]), seeds.get(key) ?? 0),
    );
    for (let round = 0; round < ROUNDS && changes.length > 0; round++) {
      const outcomes = await primary.apply(changes.map(({ change }) => change));
      const ids = changes.map(({ change }) => change.id);
      changes = changes.flatMap((each, index) => renewed(each, outcomes[index]));
      // If that is refused, the marks end by themselves.
      await primary.confirm?.(ids).catch(() => {});
    }
  }
}

/** A copy on its way back, and the change that is to bring it. */
interface Seed {
  readonly state: Extract<KeyState, { type: 'string' | 'hash' }>;
  readonly change: Change;
}

/** What a key held before its record, unless that replaces everything anyway. */
function stateBefore(
  record: JournalRecord | undefined,
  state: KeyState | undefined,
): KeyState | undefined {
  if (record === undefined) return state;
  const { written, copy } = record;
  const isWhole = written.kind === 'put' || written.kind === 'put-hash';
  const replaces = written.kind === 'delete' || (isWhole && written.deadline !== 'keep');
  return replaces ? undefined : copy;
}

function seed(key: string, state: KeyState | undefined, knownAt: number): Seed[] {
  if (state?.type !== 'string' && state?.type !== 'hash') return [];
  const change: Change = {
    id: newId(),
    key,
    effect: wholeOf(state),
    expect: { value: [null] },
    writtenAt: -knownAt,
    stamp: true,
  };
  return [{ state, change }];
}

function wholeOf(state: Seed['state']): Effect {
  const { deadline } = state;
  return state.type === 'string'
    ? { kind: 'put', value: state.value, deadline }
    : { kind: 'put-hash', fields: state.fields, deadline };
}

/** What to try against what was found: nothing where somebody wrote, or deleted, or knew better. */
function renewed({ state, change }: Seed, outcome: ChangeOutcome | undefined): Seed[] {
  if (outcome?.status !== 'conflict') return [];
  const { current } = outcome;
  const next = (effect: Effect, expect: Change['expect']): Seed[] => [
    { state, change: { ...change, id: newId(), effect, expect, force: true } },
  ];
  if (state.type === 'string') {
    return current.type === 'string' && isOlderSeed(outcome.writtenAt, change)
      ? next(wholeOf(state), { value: [current.value] })
      : [];
  }
  if (current.type !== 'hash' || isFromNewerCopy(outcome, change)) return [];
  const effect = missingFields(state.fields, current.fields, outcome, change);
  const touched = [...effect.set.keys(), ...effect.remove];
  if (touched.length === 0) return [];
  const found = new Map(touched.map((field) => [field, [current.fields.get(field) ?? null]]));
  return next(effect, { fields: found });
}

/** The fields that a hash lacks, or has from an older copy; those that somebody deleted stay so. */
function missingFields(
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
  { fieldsWrittenAt }: Conflict,
  change: Change,
): Extract<Effect, { kind: 'fields' }> {
  const mayReplace = (field: string) => {
    const at = fieldsWrittenAt?.get(field);
    return isOlderSeed(at, change) || (at === undefined && !theirs.has(field));
  };
  const set = new Map(
    [...ours].filter(([field, value]) => theirs.get(field) !== value && mayReplace(field)),
  );
  const remove = [...theirs.keys()].filter(
    (field) => !ours.has(field) && isOlderSeed(fieldsWrittenAt?.get(field), change),
  );
  return { kind: 'fields', set, increment: new Map(), remove, deadline: 'keep' };
}

function isOlderSeed(at: number | undefined, { writtenAt }: Change): boolean {
  return at !== undefined && at < 0 && at > writtenAt;
}

/** Whether another process has given the hash back already, and knew it later than we did. */
function isFromNewerCopy({ fieldsWrittenAt }: Conflict, { writtenAt }: Change): boolean {
  return [...(fieldsWrittenAt?.values() ?? [])].some((at) => at < writtenAt);
}

function newId(): string {
  return `seed:${crypto.randomUUID()}`;
}
