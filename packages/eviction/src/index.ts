export {
  createEvictionPolicy,
  EVICTION_POLICY_NAMES,
  type EvictionPolicyName,
} from './create-eviction-policy.js';
export { FifoPolicy } from './fifo.js';
export { type LfuOptions, LfuPolicy } from './lfu.js';
export { LruPolicy } from './lru.js';
export { NonePolicy } from './none.js';
export { S3FifoPolicy } from './s3-fifo.js';
export { SievePolicy } from './sieve.js';
export { WTinyLfuPolicy } from './w-tinylfu.js';
