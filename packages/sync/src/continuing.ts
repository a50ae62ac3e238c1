import { isOver, type JournalRecord } from './record.js';
import { endOf, keepsDeadline, type Written } from './written.js';

/** Nothing yet. */
const NOTHING: Written = Object.freeze({ kind: 'nothing' });

/**
 * What a record begins with that is opened while another one of its key is being applied: the deadline that one sets, so
 * that each of the two is right whether it is applied before that deadline or after it.
 */
export function beginningAfter(sealed: JournalRecord | undefined): Written {
  if (sealed === undefined) return NOTHING;
  const { written } = sealed;
  if (written.kind === 'delete') return written;
  if (reborn(sealed) !== written) return { kind: 'deadline', deadline: null };
  const end = endOf(written);
  return end === undefined ? NOTHING : { kind: 'deadline', deadline: end };
}

/** Whether memory's copy ended by itself, nothing written since having given it another deadline. */
export function hasLapsed({ copy, written }: JournalRecord, now: number): boolean {
  return copy !== undefined && isOver(copy, now) && keepsDeadline(written);
}

/** What was written; a hash that lost its last field is gone, and with it the deadline that it had. */
export function reborn({ written, copy }: JournalRecord): Written {
  if (written.kind !== 'fields' || written.deadline === null) return written;
  // Of a hash that memory never held others may be left in Redis, and the deadline is theirs.
  if (copy === undefined && written.deadline === 'keep') return written;
  for (const { kind } of written.fields.values()) if (kind !== 'delete') return written;
  const before = copy?.type === 'hash' ? copy.fields.keys() : [];
  for (const field of before) if (!written.fields.has(field)) return written;
  return { ...written, deadline: null };
}
