import type { TestApi } from '../test-api.js';
import { makeSuite, type Suite } from './bench.js';
import { apply } from './groups/apply.js';
import { badArguments } from './groups/bad-arguments.js';
import { callShapes } from './groups/call-shapes.js';
import { counters } from './groups/counters.js';
import { dangerousNames } from './groups/dangerous-names.js';
import { errors } from './groups/errors.js';
import { expiry } from './groups/expiry.js';
import { globs } from './groups/globs.js';
import { hashes } from './groups/hashes.js';
import { keysAndScan } from './groups/keys-and-scan.js';
import { lifetime } from './groups/lifetime.js';
import { read } from './groups/read.js';
import { severalKeys } from './groups/several-keys.js';
import { sizes } from './groups/sizes.js';
import { stamps } from './groups/stamps.js';
import { strings } from './groups/strings.js';
import { valuesAndJson } from './groups/values-and-json.js';
import type { ConformanceGroup, ConformanceOptions } from './options.js';

const GROUPS: Record<ConformanceGroup, (suite: Suite) => void> = {
  strings,
  expiry,
  'keys and scan': keysAndScan,
  globs,
  hashes,
  counters,
  'several keys': severalKeys,
  'call shapes': callShapes,
  'values and JSON': valuesAndJson,
  'bad arguments': badArguments,
  errors,
  'dangerous names': dangerousNames,
  sizes,
  lifetime,
  read,
  apply,
  stamps,
};

/**
 * Defines the tests that every cache must pass: each command and option of the contract with the exact replies and error
 * messages of Redis 7, and the ports by which a manager reads and changes a backend.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { cacheConformance } from '@cachefb/testkit';
 *
 * cacheConformance({ describe, it }, {
 *   name: 'my backend',
 *   create: async () => {
 *     const cache = new MyBackend();
 *     await cache.connect();
 *     return { cache, dispose: () => cache.disconnect() };
 *   },
 * });
 * ```
 */
export function cacheConformance(api: TestApi, options: ConformanceOptions): void {
  const suite = makeSuite(api, options);
  api.describe(`${options.name}: a cache that behaves as Redis does`, () => {
    for (const [group, define] of Object.entries(GROUPS)) {
      if (options.without?.[group as ConformanceGroup] !== undefined) continue;
      api.describe(group, () => define(suite));
    }
  });
}
