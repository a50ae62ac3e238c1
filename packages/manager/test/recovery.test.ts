import {
  type BackendStatus,
  CacheTimeoutError,
  CacheUnavailableError,
  type Change,
  type ChangeOutcome,
  type Command,
  type CommandName,
  type Reply,
} from '@cachefb/core';
import { HealthMonitor } from '@cachefb/health';
import { InMemoryCache } from '@cachefb/memory';
import { MemoryStore, waitFor } from '@cachefb/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { FailoverCache } from '../src/index.js';
import { decodeSenders, SENDERS_NAME } from '../src/persistence/special-entries.js';

/** A gate that is shut until it is opened. */
class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** A primary whose steps of a recovery can be held up. */
class Primary extends InMemoryCache {
  away = false;
  emptied = false;
  lose: () => void = () => {};
  acknowledging: Gate | undefined;
  beforeApply: (changes: readonly Change[]) => Promise<void> = async () => {};

  override async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    this.#check();
    return super.execute(command);
  }

  override async ping(): Promise<BackendStatus> {
    this.#check();
    return { writable: true, emptied: this.emptied, uptime: 1000 };
  }

  override async apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    this.#check();
    await this.beforeApply(changes);
    return super.apply(changes);
  }

  onLost(listener: () => void): void {
    this.lose = listener;
  }

  async acknowledgeEmptied(): Promise<void> {
    await this.acknowledging?.opened;
    this.emptied = false;
  }

  #check(): void {
    if (this.away) throw new CacheUnavailableError('taken away');
  }
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(primary: Primary, store?: MemoryStore): Promise<FailoverCache> {
  const health = new HealthMonitor({
    probe: () => primary.ping(),
    healthCheckInterval: 20,
    timeout: 200,
  });
  const cache = new FailoverCache({
    primary,
    fallback: new InMemoryCache(),
    health,
    criticalKeys: ['*'],
    store,
    failoverTimeout: 200,
  });
  ends.push(() => cache.disconnect());
  await cache.initialize();
  return cache;
}

describe('bringing back', () => {
  it('goes on with what memory was given while a run was about to end, though nobody asks again', async () => {
    const primary = new Primary();
    const cache = await start(primary);
    primary.emptied = true;
    primary.acknowledging = new Gate();
    const acknowledge = primary.acknowledgeEmptied.bind(primary);
    let asked = 0;
    primary.acknowledgeEmptied = () => {
      asked++;
      return acknowledge();
    };
    primary.lose();
    await waitFor(() => asked === 1);
    // One reply that does not come is no outage yet.
    const execute = primary.execute.bind(primary);
    primary.execute = () => Promise.reject(new CacheTimeoutError('no reply', { fate: 'unsent' }));
    expect(await cache.set('k', 'v')).toBe('OK');
    primary.execute = execute;
    expect(cache.getCurrentProvider()).toBe('redis');
    expect(cache.getSyncStats().pending).toBe(1);
    primary.acknowledging.open();
    await waitFor(() => cache.getSyncStats().pending === 0, { timeout: 5000 });
    expect(cache.getCurrentProvider()).toBe('redis');
    expect(await primary.get('k')).toBe('v');
  });

  it('has the store know which process’s changes are sent before any is, be the store late', async () => {
    const store = new MemoryStore();
    const primary = new Primary();
    const first = await start(primary, store);
    primary.away = true;
    await first.incr('left');
    await waitFor(() => store.entries.has('left'));
    const left = new MemoryStore();
    for (const [name, value] of store.entries) left.entries.set(name, value);
    await first.disconnect();

    const reading = new Gate();
    const load = left.load.bind(left);
    left.load = async function* (options) {
      await reading.opened;
      yield* load(options);
    };
    const second = await start(primary, left);
    await second.incr('own');
    const sending = new Gate();
    const known: Record<string, string[]> = {};
    primary.beforeApply = async (changes) => {
      const senders = left.entries.get(SENDERS_NAME);
      for (const { key } of changes) known[key] = senders ? decodeSenders(senders) : [];
      await sending.opened;
    };
    primary.away = false;
    // Its own change is under way, and then the store is there.
    await waitFor(() => 'own' in known, { timeout: 10_000 });
    reading.open();
    await waitFor(() => second.getSyncStats().persistence?.loaded === true);
    sending.open();
    await waitFor(() => second.getSyncStats().pending === 0, { timeout: 5000 });
    expect(known.left).toHaveLength(2);
    expect(await primary.mget('left', 'own')).toEqual(['1', '1']);
    await waitFor(() => !left.entries.has(SENDERS_NAME));
  });
});
