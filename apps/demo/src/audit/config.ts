import { plural } from '../screen/format.js';
import type { Ledger } from '../shop/ledger.js';
import type { Evidence } from './evidence.js';
import type { Row } from './row.js';

/** Every field of the config has its last value, whoever wrote that. */
export async function auditConfig(ledger: Ledger, evidence: Evidence, key: string): Promise<Row> {
  const found = await evidence.hgetall(key);
  const wrong = [...ledger.config].filter(([field, value]) => found[field] !== value);
  const extra = Object.keys(found).filter((field) => !ledger.config.has(field));
  return {
    what: 'Config',
    promised: `${plural(ledger.config.size, 'field')}, as last written`,
    found: `${ledger.config.size - wrong.length} of them`,
    problems: [
      ...wrong.map(([field, value]) => `${field} should be "${value}" and is "${found[field]}"`),
      ...extra.map((field) => `${field} should not be there`),
    ],
  };
}
