import { type Change, type ChangeOutcome, type Clock, ReplyError } from '@cachefb/core';
import { errorOfReply } from './classify-error.js';
import { type EncodingContext, encodeChange } from './encode-change.js';
import { type InternalKeys, isFrom, originOf } from './internal-keys.js';
import { type KeyReply, toKeyState } from './key-reply.js';
import type { Link } from './link.js';
import { runScript } from './run-script.js';
import { APPLY_CHANGES } from './scripts/apply-changes.js';
import type { ServerClock } from './server-clock.js';

/** What applying needs beside the changes. */
export interface ApplyContext extends EncodingContext {
  readonly link: Link;
  readonly keys: InternalKeys;
  readonly now: Clock;
  /** How long a command may wait for its reply, milliseconds. */
  readonly timeout: number;
  /** How long marks and stamps live, milliseconds. */
  readonly markTtl: number;
  readonly stampTtl: number;
}

type Outcome =
  | 0
  | 1
  | readonly ['error', string]
  | readonly ['conflict', KeyReply, readonly string[]];

/** Changes in one script at most: other clients wait meanwhile. */
const BATCH_CHANGES = 100;
/** Characters of values in one script, about. */
const BATCH_SIZE = 256 * 1024;
/** Scripts under way at once. */
const WINDOW = 2;

/** The keys that changes are about, as Redis has them. */
export function keysWritten(changes: readonly Change[], keyPrefix: string): string[] | 'all' {
  if (changes.some(({ effect }) => effect.kind === 'flush')) return 'all';
  return changes.map(({ key }) => keyPrefix + key);
}

/** Makes changes in their order, a batch at a time; one outcome for each. Rejects as a whole if the server fails. */
export async function applyChanges(
  changes: readonly Change[],
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = [];
  const underWay: Promise<ChangeOutcome[]>[] = [];
  const finish = async (most: number) => {
    while (underWay.length > most)
      outcomes.push(...(await (underWay.shift() as Promise<ChangeOutcome[]>)));
  };
  for (const batch of batchesOf(changes)) {
    const applied = applyBatch(batch, context);
    // Awaited later, in its turn: until then its failure is nobody's.
    applied.catch(() => {});
    underWay.push(applied);
    await finish(WINDOW - 1);
  }
  await finish(0);
  return outcomes;
}

/** Changes that can be made by one script: few and small enough, and with their marks in one place. */
function* batchesOf(changes: readonly Change[]): Generator<readonly Change[]> {
  let start = 0;
  let size = 0;
  let origin = '';
  const seen = new Set<string>();
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i] as Change;
    const full = i - start === BATCH_CHANGES || size >= BATCH_SIZE;
    if (i > start && (full || !isFrom(origin, change.id) || seen.has(change.id))) {
      yield changes.slice(start, i);
      start = i;
      size = 0;
      seen.clear();
    }
    if (i === start) origin = originOf(change.id);
    seen.add(change.id);
    size += sizeOf(change);
  }
  if (start < changes.length) yield changes.slice(start);
}

function sizeOf({ effect }: Change): number {
  if (effect.kind === 'put') return effect.value.length;
  if (effect.kind === 'put-hash') return sizeOfPairs(effect.fields);
  return effect.kind === 'fields' ? sizeOfPairs(effect.set) : 0;
}

function sizeOfPairs(pairs: ReadonlyMap<string, string>): number {
  let size = 0;
  for (const [name, value] of pairs) size += name.length + value.length;
  return size;
}

async function applyBatch(
  changes: readonly Change[],
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  const { link, keys, keyPrefix, clock, now, timeout, markTtl, stampTtl } = context;
  const names = [keys.marks(changes[0]?.id ?? '')];
  // Later than that, nobody waits for the reply any more.
  const latest = clock.toServerAtLatest(now.now() + timeout);
  const words = [String(latest), String(markTtl), String(stampTtl)];
  for (const { id } of changes) words.push(keys.mark(id));
  for (const change of changes) {
    names.push(keyPrefix + change.key, keys.stamp(change.key));
    encodeChange(change, context, words);
  }
  let replies: Outcome[];
  try {
    replies = (await runScript(link, APPLY_CHANGES, names, words)) as Outcome[];
  } catch (error) {
    if (!(error instanceof ReplyError)) throw error;
    return applyOneByOne(changes, context, error);
  }
  return replies.map((reply) => toOutcome(reply, clock, link.address));
}

/** Redis refuses a script as a whole for one key that is not permitted; the others must not suffer for it. */
async function applyOneByOne(
  changes: readonly Change[],
  context: ApplyContext,
  error: ReplyError,
): Promise<ChangeOutcome[]> {
  if (changes.length === 1) return [{ status: 'refused', error }];
  const outcomes: ChangeOutcome[] = [];
  for (const change of changes) outcomes.push(...(await applyBatch([change], context)));
  return outcomes;
}

function toOutcome(reply: Outcome, clock: ServerClock, address: string): ChangeOutcome {
  if (reply === 1) return { status: 'applied' };
  if (reply === 0) return { status: 'duplicate' };
  if (reply[0] === 'error') return refusal(reply[1], address);
  const [, state, times] = reply;
  return { status: 'conflict', current: toKeyState(state, clock), ...toTimes(times, clock) };
}

/** Refused for good, or else thrown: what the server cannot do now is no outcome of a change. */
function refusal(message: string, address: string): ChangeOutcome {
  const error = errorOfReply(message, address);
  if (error instanceof ReplyError) return { status: 'refused', error };
  throw error;
}

function toTimes(
  times: readonly string[],
  clock: ServerClock,
): { writtenAt?: number; fieldsWrittenAt?: ReadonlyMap<string, number> } {
  const fields = new Map<string, number>();
  let writtenAt: number | undefined;
  for (let i = 0; i < times.length; i += 2) {
    const name = times[i] as string;
    const at = clock.timeToLocal(Number(times[i + 1]));
    if (name === '=') writtenAt = at;
    else fields.set(name.slice(1), at);
  }
  return {
    ...(writtenAt === undefined ? {} : { writtenAt }),
    ...(fields.size === 0 ? {} : { fieldsWrittenAt: fields }),
  };
}
