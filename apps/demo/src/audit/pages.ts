import { count } from '../screen/format.js';
import type { Ledger } from '../shop/ledger.js';
import { editionOf } from '../shop/pages.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

/** A page may be missing, for it is only a cache, but must not be an old edition. */
export async function auditPages(ledger: Ledger, evidence: Evidence): Promise<Row> {
  let cached = 0;
  const problems: string[] = [];
  await Promise.all(
    [...ledger.pages].map(async ([key, { value }]) => {
      const copy = await evidence.get(key);
      if (copy === null) return;
      cached++;
      const [should, is] = [editionOf(value), editionOf(copy)];
      if (is < should) problems.push(`${key} is edition ${is} and should be ${should}`);
    }),
  );
  return {
    what: 'Cached pages',
    promised: 'no old edition',
    found: `${problems.length === 0 ? 'none' : count(problems.length)} of ${count(cached)}`,
    problems,
  };
}
