import type { Calls } from '../measure/calls.js';
import { count, milliseconds } from '../screen/format.js';
import type { Row } from './row.js';

/** What is to be known of the calls. */
export type CallRecord = Pick<Calls, 'total' | 'firstError'>;

/** What a caller may wait beyond `failoverTimeout`, milliseconds. */
const ALLOWANCE = 100;

/** No call failed, and none took longer than promised. */
export function auditCalls({ total, firstError }: CallRecord, failoverTimeout: number): Row[] {
  const { made, failed, slowest } = total;
  const limit = failoverTimeout + ALLOWANCE;
  return [
    {
      what: 'Failed calls',
      promised: 'none',
      found: `${count(failed)} of ${count(made)}`,
      problems: failed === 0 ? [] : [`the first said: ${firstError?.message ?? 'nothing'}`],
    },
    {
      what: 'Slowest call',
      promised: `at most ${milliseconds(limit)}`,
      found: milliseconds(slowest),
      problems: slowest <= limit ? [] : [`it took ${milliseconds(slowest - limit)} too long`],
    },
  ];
}
