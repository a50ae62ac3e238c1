import {
  CacheUnavailableError,
  type Change,
  type ChangeOutcome,
  type Clock,
  ReplyError,
} from '@cachefb/core';
import { batchesOf } from './change-batches.js';
import { errorOfReply } from './classify-error.js';
import { ChangeWords, type EncodingContext, expectsText } from './encode-change.js';
import type { InternalKeys } from './internal-keys.js';
import { type KeyReply, toKeyState } from './key-reply.js';
import type { Link } from './link.js';
import { runScript } from './run-script.js';
import { APPLY_CHANGES } from './scripts/apply/apply-changes.js';
import type { ServerClock } from './server-clock.js';
import { arrange, StampDay } from './stamp-registers.js';

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

async function applyBatch(
  batch: readonly Change[],
  context: ApplyContext,
): Promise<ChangeOutcome[]> {
  const { link, keys, keyPrefix, clock, now, timeout, markTtl, stampTtl } = context;
  const { changes, places, registers } = arrange(batch);
  const day = new StampDay(clock.toServer(now.now()), stampTtl);
  const names = [keys.marks(changes[0]?.id ?? ''), ...day.names(registers, keys)];
  // Later than that, nobody waits for the reply any more, or stamps are looked for elsewhere.
  const latest = Math.min(clock.toServerAtLatest(now.now() + timeout), day.last);
  const words = new ChangeWords(context);
  for (const change of changes) {
    names.push(keyPrefix + change.key);
    words.add(change);
  }
  const ids = JSON.stringify(changes.map(({ id }) => keys.mark(id)));
  const ahead = changes.some(expectsText) ? 'y' : 'n';
  const args = [latest, markTtl, registers.length].map(String);
  args.push(ahead, ids, ...words.lists);
  for (const { register, size } of registers) args.push(String(size), String(day.endOf(register)));
  args.push(...words.others);
  let replies: Outcome[];
  try {
    replies = (await runScript(link, APPLY_CHANGES, names, args)) as Outcome[];
  } catch (error) {
    if (error instanceof ReplyError) return applyOneByOne(batch, context, error);
    // The day that its registers are of may have ended on the way.
    const isOver = day.last < clock.toServer(now.now());
    if (isOver && isRefused(error)) return applyBatch(batch, context);
    throw error;
  }
  const outcomes: ChangeOutcome[] = [];
  replies.forEach((reply, i) => {
    outcomes[places[i] as number] = toOutcome(reply, clock, link.address);
  });
  return outcomes;
}

function isRefused(error: unknown): boolean {
  return error instanceof CacheUnavailableError && error.fate === 'refused';
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
