import { now } from '../measure/now.js';
import { count } from '../screen/format.js';
import type { Ledger } from '../shop/ledger.js';
import { SLACK } from './deadlines.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

/** Sessions are there as last written, unless their time was up; those that were ended are not. */
export async function auditSessions(ledger: Ledger, evidence: Evidence): Promise<Row[]> {
  const alive: string[] = [];
  const gone = [...ledger.loggedOut];
  let kept = 0;
  const problems: string[] = [];
  const returned: string[] = [];
  const sessions = [...ledger.sessions].map(async ([key, { value, deadline }]) => {
    const askedAt = now();
    const found = await evidence.get(key);
    if (deadline.latest + SLACK < askedAt) {
      gone.push(key);
      if (found !== null) returned.push(`${key} has run out and is still there`);
    } else if (found !== null || now() < deadline.earliest - SLACK) {
      alive.push(key);
      if (found === value) kept++;
      else problems.push(`${key} should be ${value} and is ${found ?? 'not there'}`);
    }
  });
  const ended = [...ledger.loggedOut].map(async (key) => {
    if ((await evidence.get(key)) !== null) returned.push(`${key} was logged out and is there`);
  });
  await Promise.all([...sessions, ...ended]);
  return [
    {
      what: 'Sessions',
      promised: `${count(alive.length)} there, as last written`,
      found: `${count(kept)} of them`,
      problems,
    },
    {
      what: 'Ended sessions',
      promised: `${count(gone.length)} logged out or run out`,
      found: returned.length === 0 ? 'all gone' : `${count(returned.length)} still there`,
      problems: returned,
    },
  ];
}
