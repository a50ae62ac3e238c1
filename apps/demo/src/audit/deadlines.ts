import { now } from '../measure/now.js';
import { count, plural } from '../screen/format.js';
import type { Deadline } from '../shop/deadline.js';
import type { Ledger } from '../shop/ledger.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

/** Two clocks that agree may still differ by so much in what they say, milliseconds. */
export const SLACK = 20;

/** No key lives longer than was asked for, or for ever. */
export async function auditDeadlines(ledger: Ledger, evidence: Evidence): Promise<Row> {
  const promised = new Map<string, Deadline>();
  for (const [key, { deadline }] of [...ledger.sessions, ...ledger.pages, ...ledger.counters]) {
    if (deadline !== undefined) promised.set(key, deadline);
  }
  let compared = 0;
  const problems: string[] = [];
  await Promise.all(
    [...promised].map(async ([key, { latest }]) => {
      const askedAt = now();
      const ttl = await evidence.pttl(key);
      if (ttl === -2) return;
      compared++;
      const late = askedAt + ttl - latest;
      if (ttl === -1) problems.push(`${key} has lost its TTL`);
      else if (late > SLACK) problems.push(`${key} would live ${count(late)} ms too long`);
    }),
  );
  return {
    what: 'Deadlines',
    promised: `${plural(compared, 'TTL')}, none longer than asked`,
    found: problems.length === 0 ? 'none' : `${count(problems.length)} longer`,
    problems,
  };
}
