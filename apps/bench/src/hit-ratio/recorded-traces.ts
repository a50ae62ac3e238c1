import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Trace } from './trace.js';

/** Beside the repository: `NAME.u32.gz` is gzip over little-endian 32-bit key ids, in the order of the requests. */
const TRACES_FOLDER = fileURLToPath(new URL('../../../../../shared/traces/', import.meta.url));

/** The capacities of each trace: from a small share of its keys to a large one. */
const CAPACITIES: Readonly<Record<string, readonly number[]>> = {
  oltp: [187, 1869, 18_688],
  scarab: [2584],
  web12: [138],
  w106: [2752],
  cpio: [4897],
  multi3: [745],
  sprite: [708],
  gli: [500],
  loop: [500],
};

/** The recorded traces, `undefined` where there is no folder of them. */
export function recordedTraces(): Trace[] | undefined {
  if (!existsSync(TRACES_FOLDER)) return undefined;
  return Object.entries(CAPACITIES)
    .map(([name, capacities]) => ({ name, capacities, file: `${TRACES_FOLDER}${name}.u32.gz` }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, capacities, file }) => ({ name, capacities, requests: readTrace(file) }));
}

function readTrace(file: string): Uint32Array {
  const bytes = gunzipSync(readFileSync(file));
  const requests = new Uint32Array(bytes.length / 4);
  for (let i = 0; i < requests.length; i++) requests[i] = bytes.readUInt32LE(4 * i);
  return requests;
}
