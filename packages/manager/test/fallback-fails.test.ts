import { CacheUnavailableError, type Command, type CommandName, type Reply } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { expect, it, onTestFinished } from 'vitest';
import { FailoverCache } from '../src/index.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A fallback that is a server itself, and can be lost. */
class Fallback extends InMemoryCache {
  lost = false;

  override async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    if (this.lost) throw new CacheUnavailableError('lost');
    return super.execute(command);
  }

  override async read(keys: readonly string[]) {
    if (this.lost) {
      await turn();
      throw new CacheUnavailableError('lost');
    }
    return super.read(keys);
  }
}

it('tells the caller, and nobody else, that the fallback is lost as well', async () => {
  const primary = new InMemoryCache();
  const fallback = new Fallback();
  const cache = new FailoverCache({ primary, fallback, criticalKeys: ['*'] });
  onTestFinished(() => cache.disconnect());
  await cache.initialize();
  await cache.set('k', 'v');
  cache.switchToMemoryCache();
  fallback.lost = true;
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  await expect(cache.set('k', 'w')).rejects.toThrow('lost');
  await turn();
  expect(unhandled).toEqual([]);
});
