import { count } from '../screen/format.js';
import type { Ledger } from '../shop/ledger.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

/**
 * Counters hold exactly what was counted. A call that was under way when the connection broke may count or not; nobody
 * can know, so the cache reports how many there were, and the sum may differ by at most that.
 */
export async function auditCounters(
  ledger: Ledger,
  evidence: Evidence,
  ambiguous: number,
): Promise<Row> {
  const differences: string[] = [];
  let promised = 0;
  let found = 0;
  let difference = 0;
  await Promise.all(
    [...ledger.counters].map(async ([key, { sum }]) => {
      const value = Number(await evidence.get(key));
      promised += sum;
      found += value;
      difference += Math.abs(value - sum);
      if (value !== sum) differences.push(`${key} should be ${sum} and is ${value}`);
    }),
  );
  return {
    what: 'Counters',
    promised: `${count(promised)} clicks${allowance(ambiguous)}`,
    found: count(found),
    problems: difference <= ambiguous ? [] : differences,
  };
}

function allowance(ambiguous: number): string {
  return ambiguous === 0 ? '' : `, ±${count(ambiguous)} cut off*`;
}
