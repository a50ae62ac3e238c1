import { MemoryStore, RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach } from 'vitest';
import { CacheManager, type CacheManagerConfig } from '../../src/index.js';

/** One line of a log. */
interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server that ends with the test. */
export async function startRedis(): Promise<RedisServer> {
  const server = await RedisServer.start({ persistence: true });
  ends.push(() => server.close());
  return server;
}

/** A logger that remembers, and its lines. */
export function memorableLogger() {
  const lines: Line[] = [];
  const log = (level: string) => (message: string, fields?: unknown) =>
    void lines.push({ level, message, fields: (fields ?? {}) as Record<string, unknown> });
  const logger = {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
  };
  return { lines, logger };
}

const { logger: quiet } = memorableLogger();

/** A process that uses the store, as far as the store and Redis can tell. */
export async function startProcess(
  server: RedisServer,
  config: CacheManagerConfig,
): Promise<CacheManager> {
  const cache = createProcess(server, config);
  await cache.initialize();
  return cache;
}

/** The same, not initialised. */
export function createProcess(server: RedisServer, config: CacheManagerConfig): CacheManager {
  const cache = new CacheManager({
    redis: server.url,
    criticalKeys: ['c:*'],
    failoverTimeout: 2000,
    logger: quiet,
    ...config,
  });
  ends.push(() => cache.disconnect());
  return cache;
}

/** What a process that is killed just now leaves on its disk. */
export function leftBy(store: MemoryStore): MemoryStore {
  const left = new MemoryStore(store.durability);
  for (const [key, value] of store.entries) left.entries.set(key, Uint8Array.from(value));
  return left;
}

/** Waits until everything is in the store. */
export function handedOver(cache: CacheManager): Promise<boolean> {
  return waitFor(() => cache.getSyncStats().persistence?.pending === 0);
}

/** Waits until Redis answers and everything is brought back. */
export function recovered(cache: CacheManager): Promise<boolean> {
  return waitFor(
    () => cache.getCurrentProvider() === 'redis' && cache.getSyncStats().pending === 0,
    { timeout: 15_000 },
  );
}
