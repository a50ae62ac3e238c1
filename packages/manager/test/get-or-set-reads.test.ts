import type { Command, CommandName, Reply } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { describe, expect, it } from 'vitest';
import { FailoverCache } from '../src/index.js';

/** Answers a turn later, as a server does. */
class Remote extends InMemoryCache {
  override async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    const reply = await super.execute(command);
    await new Promise((resolve) => setImmediate(resolve));
    return reply;
  }
}

describe('a read of getOrSet that a write overtakes', () => {
  it.each<[string, (cache: FailoverCache) => Promise<unknown>]>([
    ['a deletion', (cache) => cache.del('k', 'other')],
    ['a flush', (cache) => cache.flushall()],
  ])('is not what a loader that fails later leaves: %s', async (_, remove) => {
    const cache = new FailoverCache({ primary: new Remote(), fallback: new InMemoryCache() });
    await cache.initialize();
    await cache.set('k', '"old"');
    const fail = () => Promise.reject(new Error('of the loader'));
    const read = cache.getOrSet('k', fail, { staleTtl: 60_000 });
    const removed = remove(cache);
    expect(await read).toBe('old');
    await removed;
    await expect(cache.getOrSet('k', fail, { staleTtl: 60_000 })).rejects.toThrow('of the loader');
    await cache.disconnect();
  });
});
