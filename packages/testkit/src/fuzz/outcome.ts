import type { ReplyKind } from './call.js';

/** What became of a call: a reply, or an error by name and message. */
export type Outcome =
  | { readonly reply: unknown }
  | { readonly error: string; readonly message: string };

/** Numbers from here on are not exact, nor in some clients those just below 2^53: how they round is their affair. */
const EXACT = 2 ** 53 - 100;

/**
 * Whether two outcomes of one call are the same.
 *
 * @param tolerance - how far two remaining times may be apart, in the unit of the reply.
 */
export function sameOutcome(kind: ReplyKind, a: Outcome, b: Outcome, tolerance: number): boolean {
  if ('error' in a || 'error' in b) {
    if (!('error' in a && 'error' in b) || a.error !== b.error) return false;
    // A TypeError and a CacheError are ours, worded as we like; a reply is Redis's, to the letter.
    return a.error !== 'ReplyError' || a.message === b.message;
  }
  if (kind === 'time') return sameTime(Number(a.reply), Number(b.reply), tolerance);
  if (typeof a.reply === 'number' && typeof b.reply === 'number')
    return sameNumber(a.reply, b.reply);
  return JSON.stringify(inOrder(kind, a.reply)) === JSON.stringify(inOrder(kind, b.reply));
}

/** Whether two remaining times are the same, as far as can be told. */
export function sameTime(a: number, b: number, tolerance: number): boolean {
  if (a < 0 || b < 0) return a === b;
  return Math.abs(a - b) <= Math.max(tolerance, Math.abs(a) * 1e-12);
}

function sameNumber(a: number, b: number): boolean {
  return a === b || (Math.abs(a) >= EXACT && Math.abs(a - b) <= Math.abs(a) * 1e-15);
}

function inOrder(kind: ReplyKind, reply: unknown): unknown {
  if (kind === 'set' && Array.isArray(reply)) return [...reply].sort();
  if (kind === 'hash' && typeof reply === 'object' && reply !== null) {
    return Object.entries(reply).sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return reply;
}

/** An outcome as a report shows it. */
export function showOutcome(outcome: Outcome): string {
  if ('error' in outcome) return `${outcome.error}: ${outcome.message}`;
  const text = JSON.stringify(outcome.reply) ?? String(outcome.reply);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** The outcome of an error that was thrown. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Error) return { error: error.name, message: error.message };
  return { error: 'not an error', message: String(error) };
}
