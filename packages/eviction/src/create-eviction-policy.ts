import { ConfigurationError, type EvictionPolicy } from '@cachefb/core';
import { FifoPolicy } from './fifo.js';
import { LfuPolicy } from './lfu.js';
import { LruPolicy } from './lru.js';
import { NonePolicy } from './none.js';
import { S3FifoPolicy } from './s3-fifo.js';
import { SievePolicy } from './sieve.js';
import { WTinyLfuPolicy } from './w-tinylfu.js';

/** The policies that can be had by name, each made for a cache of `capacity` entries. */
const POLICIES = {
  lru: (capacity: number) => new LruPolicy(capacity),
  lfu: (capacity: number) => new LfuPolicy(capacity),
  fifo: (capacity: number) => new FifoPolicy(capacity),
  sieve: (capacity: number) => new SievePolicy(capacity),
  's3-fifo': (capacity: number) => new S3FifoPolicy(capacity),
  'w-tinylfu': (capacity: number) => new WTinyLfuPolicy(capacity),
  none: () => new NonePolicy(),
} satisfies Record<EvictionPolicyName, (capacity: number) => EvictionPolicy>;

/** A policy that can be had by name. */
export type EvictionPolicyName =
  | 'lru'
  | 'lfu'
  | 'fifo'
  | 'sieve'
  | 's3-fifo'
  | 'w-tinylfu'
  | 'none';

/** The names that {@link createEvictionPolicy} knows. */
export const EVICTION_POLICY_NAMES = Object.keys(POLICIES) as readonly EvictionPolicyName[];

const METHODS = ['added', 'accessed', 'removed', 'evict', 'clear'] as const;

/**
 * The policy of a name, made for a cache of `capacity` entries, or the policy object itself.
 *
 * @param option - what the error calls the option, if neither is given.
 * @throws ConfigurationError naming the option and the known names.
 */
export function createEvictionPolicy(
  policy: EvictionPolicyName | EvictionPolicy,
  capacity: number,
  option = 'evictionPolicy',
): EvictionPolicy {
  if (typeof policy === 'string' && Object.hasOwn(POLICIES, policy)) {
    return POLICIES[policy](capacity);
  }
  if (isPolicy(policy)) return policy;
  const names = EVICTION_POLICY_NAMES.map((name) => `'${name}'`).join(', ');
  throw new ConfigurationError(option, policy, `${names} or an eviction policy`);
}

function isPolicy(value: unknown): value is EvictionPolicy {
  if (typeof value !== 'object' || value === null) return false;
  const methods = value as Record<string, unknown>;
  return METHODS.every((method) => typeof methods[method] === 'function');
}
