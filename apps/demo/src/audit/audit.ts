import type { Shop } from '../shop/shop.js';
import { auditAnswers } from './answers.js';
import { auditCalls, type CallRecord } from './calls.js';
import { auditConfig } from './config.js';
import { auditCounters } from './counters.js';
import { auditDeadlines } from './deadlines.js';
import type { Evidence } from './evidence.js';
import { auditPages } from './pages.js';
import type { Row } from './row.js';
import { auditSessions } from './sessions.js';

/** Compares what the shop was promised with what is really kept, and with how it was served. */
export async function audit(
  { ledger, keys, calls }: Pick<Shop, 'ledger' | 'keys'> & { readonly calls: CallRecord },
  evidence: Evidence,
  limits: { readonly ambiguous: number; readonly failoverTimeout: number },
): Promise<Row[]> {
  return [
    ...(await auditSessions(ledger, evidence)),
    await auditCounters(ledger, evidence, limits.ambiguous),
    await auditConfig(ledger, evidence, keys.config),
    await auditPages(ledger, evidence),
    await auditDeadlines(ledger, evidence),
    ...auditAnswers(ledger),
    ...auditCalls(calls, limits.failoverTimeout),
  ];
}
