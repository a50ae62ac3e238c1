import { count, plural } from '../screen/format.js';
import type { Ledger } from '../shop/ledger.js';
import { basketKey, counterKey, refundedKey } from '../till/protocol.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

const AT_ONCE = 500;

/** What the till that was killed had sold is in Redis, counted once; what it had taken back is not. */
export async function auditTill(
  { till }: Ledger,
  prefix: string,
  evidence: Evidence,
): Promise<Row | undefined> {
  if (till === undefined) return undefined;
  const problems: string[] = [];
  let found = 0;
  for (let first = 0; first < till.baskets; first += AT_ONCE) {
    const numbers = Array.from(
      { length: Math.min(AT_ONCE, till.baskets - first) },
      (_, index) => first + index,
    );
    const values = await Promise.all(numbers.map((one) => evidence.get(basketKey(prefix, one))));
    for (const [index, value] of values.entries()) {
      if (value === `basket ${numbers[index]}`) found++;
      else problems.push(`lost: basket ${numbers[index]}`);
    }
  }
  const counted = Number(await evidence.get(counterKey(prefix)));
  if (counted !== till.baskets) problems.push(`the counter is at ${count(counted)}`);
  if ((await evidence.get(refundedKey(prefix))) !== null) problems.push('back: the lamp');
  return {
    what: 'Killed till',
    promised: `${plural(till.baskets, 'basket')}, counted once`,
    found: `${count(found)}, counted ${count(counted)}`,
    problems,
  };
}
