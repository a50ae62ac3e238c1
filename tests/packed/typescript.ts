// A TypeScript user: the declarations hold for a cache, a manager, its events, and a policy of one's own.
import assert from 'node:assert/strict';
import {
  type CacheCommands,
  type CacheProvider,
  ConfigurationError,
  type EvictionPolicy,
  type HealthStatus,
  silentLogger,
} from '@cachefb/core';
import { CacheManager } from '@cachefb/manager';
import { InMemoryCache } from '@cachefb/memory';

interface Session {
  readonly user: string;
}

/** An application's own code, which knows the contract only. */
async function login(cache: CacheCommands, id: string, session: Session): Promise<Session | null> {
  await cache.set(`session:${id}`, session, { ttl: 60_000, nx: true });
  return cache.getJSON<Session>(`session:${id}`);
}

/** Evicts what came last. */
class LastIn implements EvictionPolicy {
  readonly name = 'last-in';
  #slots: number[] = [];

  added(slot: number): void {
    this.#slots.push(slot);
  }

  accessed(): void {}

  removed(slot: number): void {
    this.#slots = this.#slots.filter((other) => other !== slot);
  }

  evict(): number {
    return this.#slots.pop() ?? -1;
  }

  clear(): void {
    this.#slots = [];
  }
}

const memory = new InMemoryCache({ maxSize: 2, evictionPolicy: new LastIn() });
assert.deepEqual(await login(memory, '1', { user: 'ada' }), { user: 'ada' });
await memory.mset({ a: 1, b: 2 });
assert.equal(await memory.exists('session:1'), 1);
await memory.disconnect();

const manager = new CacheManager({
  redis: { host: '127.0.0.1', port: 1 },
  failoverTimeout: 500,
  criticalKeys: ['session:*'],
  keyPolicies: [{ match: 'lock:*', onOutage: 'fail', onRecovery: 'ignore' }],
  logger: silentLogger,
});
const reasons: string[] = [];
const off: () => void = manager.on('failover', ({ reason, at }) => {
  reasons.push(`${reason} at ${new Date(at).toISOString()}`);
});
await manager.initialize();
const provider: CacheProvider = manager.getCurrentProvider();
const health: HealthStatus = manager.getHealthStatus();
assert.deepEqual([provider, health.isHealthy], ['memory', false]);
assert.deepEqual(await login(manager, '1', { user: 'ada' }), { user: 'ada' });
const ttl: number = await manager.pttl('session:1');
assert.ok(ttl > 0 && ttl <= 60_000);
off();
await manager.disconnect();

// @ts-expect-error an option that does not exist is refused by the compiler, and a bad value at construction
assert.throws(() => new CacheManager({ failoverTimeout: 'soon' }), ConfigurationError);
