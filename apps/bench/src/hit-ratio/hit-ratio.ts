import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEvictionPolicy, EVICTION_POLICY_NAMES } from '@cachefb/eviction';
import { table } from '../harness/table.js';
import { optimalHitRatio } from './optimum.js';
import { ownTraces } from './own-traces.js';
import { plot } from './plot.js';
import { recordedTraces } from './recorded-traces.js';
import { hitRatio } from './simulate.js';

/** The policies that evict. */
const POLICIES = EVICTION_POLICY_NAMES.filter((name) => name !== 'none');

/** The plot that the guide shows. */
const PLOT = fileURLToPath(new URL('../../../../docs/hit-ratios.svg', import.meta.url));

/** The hit ratios of one trace at one capacity, percent. */
export interface HitRatios {
  readonly trace: string;
  readonly capacity: number;
  readonly byPolicy: ReadonlyMap<string, number>;
}

/**
 * Plays traces to every policy and prints the hit ratios, the highest possible one beside them. With the recorded
 * traces the plot in `docs/` is drawn anew.
 */
export async function hitRatios(): Promise<void> {
  const recorded = recordedTraces();
  if (recorded === undefined) {
    console.log('No folder ../shared/traces beside the repository: these are made-up traces.\n');
  }
  const results: HitRatios[] = [];
  for (const { name, capacities, requests } of recorded ?? ownTraces()) {
    for (const capacity of capacities) {
      const byPolicy = new Map<string, number>();
      for (const policy of POLICIES) {
        const ratio = hitRatio(createEvictionPolicy(policy, capacity), requests, capacity);
        byPolicy.set(policy, 100 * ratio);
      }
      byPolicy.set('OPT', 100 * optimalHitRatio(requests, capacity));
      results.push({ trace: name, capacity, byPolicy });
    }
  }
  console.log('Hit ratios, %\n');
  console.log(
    table(
      ['trace @ capacity', ...POLICIES, 'OPT'],
      results.map(({ trace, capacity, byPolicy }) => [
        `${trace} @ ${capacity}`,
        ...[...byPolicy.values()].map((ratio) => ratio.toFixed(2)),
      ]),
    ),
  );
  if (recorded === undefined) return;
  writeFileSync(PLOT, plot(results));
  console.log(`\nPlot: ${PLOT}`);
}
