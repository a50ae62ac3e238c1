export { BaseRedisBackend } from './base/base-backend.js';
export {
  isDesynchronised,
  isForeign,
  toCacheError,
  toUnaskedError,
} from './base/classify-error.js';
export { type DeadlineOptions, DeadlineWatch } from './base/deadline.js';
export type { ClosedLink, Link, LinkLimits, LinkMaker } from './base/link.js';
export type { RedisBackendOptions } from './base/options.js';
export { parseRedisUrl, type UrlOptions } from './base/redis-url.js';
export type { ServerAddress } from './base/server-address.js';
export { type BatchListener, type Question, VerifiedBatch } from './base/verified-batch.js';
