import { count, plural } from '../screen/format.js';
import type { Ledger } from '../shop/ledger.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

/** What somebody else changed during an outage is still so. */
export async function auditOthers(ledger: Ledger, evidence: Evidence): Promise<Row> {
  const outcomes = await Promise.all(ledger.byOthers.map(({ holds }) => holds(evidence)));
  const lost = ledger.byOthers.filter((_, index) => !outcomes[index]);
  return {
    what: "Others' writes",
    promised: `${plural(ledger.byOthers.length, 'change')} kept`,
    found: `${count(ledger.byOthers.length - lost.length)} of them`,
    problems: lost.map(({ what }) => `lost: ${what}`),
  };
}
