import type { SyncStats } from '@cachefb/core';
import { count, plural, seconds } from '../screen/format.js';
import type { Row } from './row.js';

/** Every outage is over, and nothing was given up or left behind. */
export function auditOutages(
  outages: readonly (number | undefined)[],
  { pending, dropped }: SyncStats,
): Row[] {
  const over = outages.filter((length) => length !== undefined);
  return [
    {
      what: 'Outages',
      promised: `${count(outages.length)}, each of them over`,
      found: over.map(seconds).join(', ') || 'none',
      problems: over.length === outages.length ? [] : ['one did not end'],
    },
    {
      what: 'Journal',
      promised: 'nothing left behind or given up',
      found: `${count(pending)} left, ${count(dropped)} given up`,
      problems:
        pending + dropped === 0 ? [] : [`${plural(pending + dropped, 'change')} not in Redis`],
    },
  ];
}
