export { BaseRedisBackend } from './base/base-backend.js';
export type {
  ClientConnection,
  ConnectionEvents,
  ConnectionMaker,
  ErrorKind,
} from './base/client-connection.js';
export { ClientLink } from './base/client-link.js';
export type {
  ClosedLink,
  Link,
  LinkLimits,
  LinkMaker,
  OutcomesListener,
  Request,
} from './base/link.js';
export type { RedisBackendOptions } from './base/options.js';
export { parseRedisUrl, type UrlOptions } from './base/redis-url.js';
export type { ServerAddress } from './base/server-address.js';
export { ErrorText } from './base/wire/error-text.js';
export { type Taker, Wire } from './base/wire/wire.js';
