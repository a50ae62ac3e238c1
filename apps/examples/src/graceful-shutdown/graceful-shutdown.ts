import type { Server } from 'node:http';
import type { CacheManager } from '@cachefb/manager';

/** What is ended, and how long each part of it may take, milliseconds. */
export interface ShutdownOptions {
  readonly server: Server;
  readonly cache: Pick<CacheManager, 'disconnect'>;
  /** From "not ready" until nobody new is let in: as long as a load balancer takes to notice. */
  readonly noticeMs: number;
  /** For requests that are still being answered. */
  readonly requestsMs: number;
  /** For an outage to end, so that what was changed in it is brought back. */
  readonly drainMs: number;
}

/**
 * Ends a service in the order in which nothing is lost: requests first, what they wrote next. Until then the cache answers.
 */
export async function shutDown(options: ShutdownOptions): Promise<void> {
  const { server, cache, noticeMs, requestsMs, drainMs } = options;
  await pause(noticeMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), requestsMs);
  await closed;
  clearTimeout(patience);
  await cache.disconnect({ drainTimeout: drainMs });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
