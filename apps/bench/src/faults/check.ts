import type { RawRedis } from '@cachefb/testkit';
import { type Promises, type StringPromise, TOLERANCE } from './promises.js';
import { UNTOUCHED, untouchedKeys } from './untouched.js';

/** What a check has to allow for. */
export interface Allowance {
  readonly callers: number;
  /** Increments of which it is not known whether they count. */
  readonly ambiguous: number;
  /** The server lost its data itself: counters that are not critical began anew. */
  readonly emptied: boolean;
}

/** Compares what Redis holds with what callers were promised. Answers one sentence for each promise that is broken. */
export async function brokenPromises(
  redis: RawRedis,
  promises: Promises,
  allowance: Allowance,
): Promise<string[]> {
  const broken: string[] = [];
  await checkStrings(redis, promises.strings, false, broken);
  await checkStrings(redis, promises.pages, true, broken);
  await checkHashes(redis, promises.hashes, false, broken);
  await checkHashes(redis, promises.pageHashes, true, broken);
  await checkCounters(redis, promises.counters, allowance, broken);
  await checkUntouched(redis, allowance, broken);
  return broken;
}

async function checkStrings(
  redis: RawRedis,
  strings: ReadonlyMap<string, StringPromise>,
  mayBeGone: boolean,
  broken: string[],
): Promise<void> {
  const keys = [...strings.keys()];
  const values = await redis.pipeline(keys.map((key) => ['GET', key]));
  const asked = performance.now();
  const ttls = await redis.pipeline(keys.map((key) => ['PTTL', key]));
  for (const [index, key] of keys.entries()) {
    const { value, deadline, earliest } = strings.get(key) as StringPromise;
    const found = values[index];
    const isOver = earliest !== undefined && earliest <= performance.now();
    if (found === null && (mayBeGone || value === null || isOver)) continue;
    if (found !== value) broken.push(`${key} holds ${found}, not ${value}`);
    else if (value !== null) {
      const problem = ttlProblem(Number(ttls[index]), deadline, asked);
      if (problem !== undefined) broken.push(`${key} ${problem}`);
    }
  }
}

function ttlProblem(ttl: number, deadline: number | undefined, asked: number): string | undefined {
  if (deadline === undefined) return ttl === -1 ? undefined : `ends in ${ttl} ms, unasked`;
  if (ttl === -1) return 'never ends';
  const late = asked + ttl - deadline;
  return late > TOLERANCE ? `ends ${Math.ceil(late)} ms too late` : undefined;
}

async function checkHashes(
  redis: RawRedis,
  hashes: ReadonlyMap<string, ReadonlyMap<string, string>>,
  mayBeGone: boolean,
  broken: string[],
): Promise<void> {
  for (const [key, fields] of hashes) {
    const flat = (await redis.call('HGETALL', key)) as string[];
    const found = new Map<string, string>();
    for (let i = 0; i < flat.length; i += 2) found.set(flat[i] as string, flat[i + 1] as string);
    for (const [field, value] of fields) {
      const there = found.get(field);
      if (there === value || (mayBeGone && there === undefined)) continue;
      broken.push(`field ${field} of ${key} holds ${there}, not ${value}`);
    }
    for (const field of found.keys()) {
      if (!fields.has(field)) broken.push(`${key} has a field ${field} that nobody wrote`);
    }
  }
}

async function checkCounters(
  redis: RawRedis,
  counters: ReadonlyMap<string, number>,
  { ambiguous, emptied }: Allowance,
  broken: string[],
): Promise<void> {
  let missing = 0;
  for (const [key, count] of counters) {
    if (emptied && !key.startsWith('session:')) continue;
    const found = Number(await redis.call('GET', key));
    if (found > count) broken.push(`${key} was increased ${count} times and is ${found}`);
    missing += count - found;
  }
  if (missing > ambiguous) {
    broken.push(`${missing} increments are missing, and ${ambiguous} are counted as ambiguous`);
  }
}

/** What nobody wrote to is as it was. */
async function checkUntouched(
  redis: RawRedis,
  { callers, emptied }: Allowance,
  broken: string[],
): Promise<void> {
  for (let caller = 0; caller < callers; caller++) {
    const { critical, ordinary } = untouchedKeys(caller);
    for (const key of emptied ? [critical] : [critical, ordinary]) {
      const found = await redis.call('GET', key);
      if (found !== UNTOUCHED) broken.push(`${key}, which nobody wrote, holds ${found}`);
    }
  }
}
