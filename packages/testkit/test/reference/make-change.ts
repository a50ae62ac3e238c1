import {
  type Change,
  type ChangeOutcome,
  type Expectation,
  type KeyState,
  ReplyError,
} from '@cachefb/core';
import type { RawArgument, RawRedis, RawReply } from '../../src/index.js';
import { readState } from './read-state.js';

/** What was done before. */
export interface Journal {
  readonly ids: Set<string>;
  /** By key: when, and what it held then. */
  readonly stamps: Map<string, Stamp>;
  /** By key and field. */
  readonly fieldStamps: Map<string, Map<string, Stamp>>;
}

interface Stamp {
  readonly at: number;
  readonly content: string;
}

/** Makes one change, if it may be made. */
export async function makeChange(
  redis: RawRedis,
  journal: Journal,
  change: Change,
): Promise<ChangeOutcome> {
  if (journal.ids.has(change.id)) return { status: 'duplicate' };
  const current = await readState(redis, change.key);
  const writtenAt = timeOf(journal.stamps.get(change.key), contentOf(current));
  const fieldsWrittenAt = fieldTimes(journal, change.key, current);
  const latest = Math.max(writtenAt ?? 0, ...timesOfReplaced(change, fieldsWrittenAt));
  const late = change.force !== true && latest > change.writtenAt;
  if (late || !meets(current, change.expect)) {
    return {
      status: 'conflict',
      current,
      ...(writtenAt === undefined ? {} : { writtenAt }),
      ...(fieldsWrittenAt.size === 0 ? {} : { fieldsWrittenAt }),
    };
  }
  const replies = await redis.pipeline([['MULTI'], ...callsOf(change, current), ['EXEC']]);
  const failed = await undoIfFailed(redis, replies.at(-1), change.key, current);
  if (failed !== undefined) return { status: 'refused', error: failed };
  journal.ids.add(change.id);
  if (change.stamp) await leaveStamp(redis, journal, change);
  return { status: 'applied' };
}

function callsOf({ key, effect }: Change, current: KeyState): RawArgument[][] {
  const kept = current.type === 'none' ? null : current.deadline;
  const end = (deadline: number | null | 'keep'): RawArgument[][] => {
    const at = deadline === 'keep' ? kept : deadline;
    return [at === null ? ['PERSIST', key] : ['PEXPIREAT', key, Math.floor(at)]];
  };
  switch (effect.kind) {
    case 'put':
      return [['SET', key, effect.value], ...end(effect.deadline)];
    case 'put-hash':
      if (effect.fields.size === 0) return [['DEL', key]];
      return [['DEL', key], ['HSET', key, ...[...effect.fields].flat()], ...end(effect.deadline)];
    case 'increment': {
      const full = current.type === 'none' && effect.full !== undefined;
      return [
        full ? ['SET', key, effect.full] : ['INCRBY', key, effect.by],
        ...end(effect.deadline),
      ];
    }
    case 'fields':
      return [
        ['HLEN', key],
        ...[...(effect.fill ?? [])].map(([field, value]) => ['HSETNX', key, field, value]),
        ...[...effect.set].map(([field, value]) => ['HSET', key, field, value]),
        ...[...effect.increment].map(([field, by]) => ['HINCRBY', key, field, by]),
        ...effect.remove.map((field) => ['HDEL', key, field]),
        ...end(effect.deadline),
      ];
    case 'deadline':
      if (effect.deadline === null) return [['PERSIST', key]];
      return [['PEXPIREAT', key, Math.floor(effect.deadline), ...(effect.earlier ? ['LT'] : [])]];
    case 'delete':
      return [['DEL', key]];
    case 'flush':
      return [['FLUSHALL']];
  }
}

async function undoIfFailed(
  redis: RawRedis,
  reply: RawReply | undefined,
  key: string,
  before: KeyState,
): Promise<ReplyError | undefined> {
  const results = Array.isArray(reply) ? reply : [reply];
  const error = results.find((result) => result instanceof ReplyError);
  if (error === undefined) return undefined;
  await redis.call('DEL', key);
  if (before.type === 'string') await redis.call('SET', key, before.value);
  if (before.type === 'hash') await redis.call('HSET', key, ...[...before.fields].flat());
  if (before.type !== 'none' && before.deadline !== null) {
    await redis.call('PEXPIREAT', key, before.deadline);
  }
  return error;
}

function meets(state: KeyState, expect: Expectation | undefined): boolean {
  if (expect?.exists && state.type === 'none') return false;
  if (expect?.deadline !== undefined && state.type !== 'none') {
    const far = Number.POSITIVE_INFINITY;
    const apart = (expect.deadline ?? far) - (state.deadline ?? far);
    if (Math.abs(apart) > 1000) return false;
  }
  if (expect?.value !== undefined) {
    const found = state.type === 'none' ? null : state.type === 'string' ? state.value : undefined;
    if (found === undefined || !expect.value.includes(found)) return false;
  }
  for (const [field, values] of expect?.fields ?? []) {
    if (state.type !== 'hash' && state.type !== 'none') return false;
    const found = state.type === 'hash' ? (state.fields.get(field) ?? null) : null;
    if (!values.includes(found)) return false;
  }
  return true;
}

function contentOf(state: KeyState): string {
  if (state.type === 'string') return `string ${state.value}`;
  if (state.type === 'hash') return `hash ${JSON.stringify([...state.fields].sort())}`;
  return state.type;
}

function timeOf(stamp: Stamp | undefined, content: string): number | undefined {
  return stamp?.content === content ? stamp.at : undefined;
}

function fieldTimes(journal: Journal, key: string, state: KeyState): Map<string, number> {
  const times = new Map<string, number>();
  for (const [field, stamp] of journal.fieldStamps.get(key) ?? []) {
    const content = String(state.type === 'hash' ? state.fields.get(field) : undefined);
    const time = timeOf(stamp, content);
    if (time !== undefined) times.set(field, time);
  }
  return times;
}

/** When the fields were written that a change would replace. */
function timesOfReplaced({ effect }: Change, times: ReadonlyMap<string, number>): number[] {
  if (effect.kind !== 'fields') return [...times.values()];
  return [...effect.set.keys(), ...effect.remove].map((field) => times.get(field) ?? 0);
}

async function leaveStamp(redis: RawRedis, journal: Journal, change: Change): Promise<void> {
  const { key, effect, writtenAt: at } = change;
  if (effect.kind !== 'fields' && effect.kind !== 'put-hash') {
    journal.stamps.set(key, { at, content: contentOf(await readState(redis, key)) });
    journal.fieldStamps.delete(key);
    return;
  }
  const isWhole = effect.kind === 'put-hash';
  const before = isWhole ? undefined : journal.fieldStamps.get(key);
  const stamps = before ?? new Map<string, Stamp>();
  const set = isWhole ? effect.fields : effect.set;
  for (const [field, content] of set) stamps.set(field, { at, content });
  if (!isWhole) for (const field of effect.remove) stamps.set(field, { at, content: 'undefined' });
  journal.fieldStamps.set(key, stamps);
}
