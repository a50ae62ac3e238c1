import { ReplyError } from '../errors/reply-error.js';
import { inspect } from '../inspect.js';
import { checkInteger, type Integer, MAX_INTEGER, MIN_INTEGER } from './integer.js';
import { invalidExpireTime } from './replies.js';

/** When `expire` acts: always, or only without / with a TTL, or only if the new one is later / earlier. */
export type ExpireMode = 'NX' | 'XX' | 'GT' | 'LT';

const MODES: ReadonlySet<string> = new Set(['NX', 'XX', 'GT', 'LT']);

/**
 * The mode of `expire`, in any case, or Redis's error.
 *
 * @param more - arguments behind it, of which there may be none.
 */
export function checkExpireMode(
  value: unknown,
  more: readonly unknown[] = [],
): ExpireMode | undefined {
  if (more.length > 0)
    throw new TypeError(`expire takes one mode, got ${inspect(more[0])} as well`);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    throw new TypeError(`mode must be 'NX', 'XX', 'GT' or 'LT', got ${inspect(value)}`);
  }
  const mode = value.toUpperCase();
  if (!MODES.has(mode)) throw new ReplyError(`ERR Unsupported option ${value}`);
  return mode as ExpireMode;
}

/** A positive delay in milliseconds out of `amount` × `unit`, as `SET … PX` takes it. */
export function checkDelay(
  amount: unknown,
  argument: string,
  unit: 1 | 1000,
  command: string,
): number {
  const integer = checkInteger(amount, argument);
  if (integer <= 0) throw invalidExpireTime(command);
  return scale(integer, unit, Date.now(), command);
}

/** A positive instant in epoch milliseconds out of `amount` × `unit`, as `SET … PXAT` takes it. */
export function checkInstant(
  amount: unknown,
  argument: string,
  unit: 1 | 1000,
  command: string,
): number {
  const integer = checkInteger(amount, argument);
  if (integer <= 0) throw invalidExpireTime(command);
  return scale(integer, unit, 0, command);
}

/** The milliseconds of `expire` (unit 1000) and `pexpire` (unit 1); zero and less are allowed and delete the key. */
export function checkTimeToLive(amount: unknown, unit: 1 | 1000, command: string): number {
  return scale(
    checkInteger(amount, unit === 1 ? 'milliseconds' : 'seconds'),
    unit,
    Date.now(),
    command,
  );
}

/** Redis adds a relative time to its clock in 64 bits, and refuses what would not fit. */
function scale(amount: Integer, unit: 1 | 1000, base: number, command: string): number {
  if (typeof amount === 'number' && amount < 1e12 && amount > -1e12) return amount * unit;
  const exact = BigInt(amount) * BigInt(unit);
  if (exact < MIN_INTEGER || exact > MAX_INTEGER - BigInt(Math.floor(base))) {
    throw invalidExpireTime(command);
  }
  return Math.max(-LARGEST, Math.min(Number(exact), LARGEST));
}

/** The largest number that 64 bits can hold: as a number the largest integer would be rounded up past them. */
const LARGEST = 2 ** 63 - 1024;
