import type { CacheBackend, Change, Effect, KeyState } from '@cachefb/core';
import type { Journal, JournalRecord } from '@cachefb/sync';

const BATCH = 100;

/**
 * Gives a server that lost everything the copies of keys that it lost, without overwriting any that exist: a string, or
 * a hash where there is none, else the fields that it lacks. Of a key with a record it is the copy from before, on which
 * the record then builds: a record that only adds, or only moves the deadline, would find nothing to do it to.
 */
export async function reseed(
  primary: CacheBackend,
  fallback: CacheBackend,
  journal: Journal,
  keys: readonly string[],
): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys.slice(start, start + BATCH);
    const states = await fallback.read(batch);
    const changes = batch.flatMap((key, index) =>
      seed(key, stateBefore(journal.recordOf(key), states[index])),
    );
    const outcomes = changes.length === 0 ? [] : await primary.apply(changes);
    const fills = changes.flatMap((change, index) =>
      outcomes[index]?.status === 'conflict' ? fill(change) : [],
    );
    if (fills.length > 0) await primary.apply(fills);
    await primary.confirm?.([...changes, ...fills].map(({ id }) => id));
  }
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

function seed(key: string, state: KeyState | undefined): Change[] {
  if (state?.type !== 'string' && state?.type !== 'hash') return [];
  const effect: Effect =
    state.type === 'string'
      ? { kind: 'put', value: state.value, deadline: state.deadline }
      : { kind: 'put-hash', fields: state.fields, deadline: state.deadline };
  // Older than any stamp: whoever deleted the key meanwhile is right.
  return [{ id: newId(), key, effect, expect: { value: [null] }, writtenAt: 0 }];
}

function fill({ key, effect }: Change): Change[] {
  if (effect.kind !== 'put-hash') return [];
  const filling: Effect = {
    kind: 'fields',
    set: new Map(),
    fill: effect.fields,
    increment: new Map(),
    remove: [],
    deadline: 'keep',
  };
  return [{ id: newId(), key, effect: filling, writtenAt: 0 }];
}

function newId(): string {
  return `seed:${crypto.randomUUID()}`;
}
