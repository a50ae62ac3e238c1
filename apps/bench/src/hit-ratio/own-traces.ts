import { randomNumbers, zipf } from '../harness/random.js';
import type { Trace } from './trace.js';

const LENGTH = 500_000;
const KEYS = 50_000;
const CAPACITIES = [500, 5000];

/** Made-up traces, the same at every run, for where no recorded ones can be had. */
export function ownTraces(): Trace[] {
  return [
    { name: 'zipf', capacities: CAPACITIES, requests: zipf(LENGTH, KEYS, 0.9, 1) },
    { name: 'scan', capacities: CAPACITIES, requests: withScans(zipf(LENGTH, KEYS, 0.9, 2)) },
    { name: 'loop', capacities: CAPACITIES, requests: loop(6000) },
    { name: 'mixed', capacities: CAPACITIES, requests: mixed() },
  ];
}

/** Replaces a part of every 50,000 requests by keys that come only once. */
function withScans(requests: Uint32Array): Uint32Array {
  return requests.map((key, i) => (i % 50_000 < 15_000 ? KEYS + i : key));
}

/** The same keys over and over, in the same order. */
function loop(keys: number): Uint32Array {
  return Uint32Array.from({ length: LENGTH }, (_, i) => i % keys);
}

/** What is popular changes, and a loop and keys that come once are in between. */
function mixed(): Uint32Array {
  const random = randomNumbers(3);
  return zipf(LENGTH, KEYS, 1, 4).map((key, i) => {
    const kind = random();
    if (kind < 0.15) return 10 * KEYS + i;
    if (kind < 0.35) return 5 * KEYS + (i % 3000);
    return (key + 7919 * Math.floor(i / 100_000)) % KEYS;
  });
}
