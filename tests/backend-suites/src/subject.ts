import type { CacheBackend, Clock, Logger } from '@cachefb/core';

/** Where a server is; whoever makes a backend puts it into the words of the client. */
export interface Place {
  readonly host?: string;
  readonly port?: number;
  /** Of a Unix socket, in place of both. */
  readonly path?: string;
  readonly username?: string;
  readonly password?: string;
  /** If the way there is encrypted: whom to trust, in PEM. */
  readonly tls?: { readonly ca?: string };
}

/** The options of a backend that the suites use. */
export interface SubjectOptions {
  timeout?: number;
  name?: string;
  markTtl?: number;
  maxInFlight?: number;
  clock?: Clock;
  logger?: Logger;
}

/** A backend with everything that a Redis can do. */
export type RedisLike = Required<
  Pick<
    CacheBackend,
    | 'abandon'
    | 'acknowledgeEmptied'
    | 'confirm'
    | 'connectionStatus'
    | 'onLost'
    | 'settleAbandoned'
    | 'track'
  >
> &
  CacheBackend;

/** Makes the backend under test, not yet connected. */
export type MakeBackend = (target: string | Place, options?: SubjectOptions) => RedisLike;
