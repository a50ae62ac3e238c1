import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { CacheUnavailableError, type Command, isWrite, silentLogger } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { CacheManager, type CacheManagerConfig, type CommandMessage } from '../src/index.js';

const start = channel('tracing:cachefb:command:start');
const asyncEnd = channel('tracing:cachefb:command:asyncEnd');
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A primary that can be gone, or full. */
class Primary extends InMemoryCache {
  gone = false;
  full = false;
  hung = false;

  override execute: InMemoryCache['execute'] = (command) => {
    if (this.hung) return Promise.reject(new CacheUnavailableError('hung', { fate: 'unknown' }));
    if (this.gone) return Promise.reject(new CacheUnavailableError('gone'));
    if (this.full && isWrite(command as Command)) {
      return Promise.reject(new CacheUnavailableError('OOM', { fate: 'refused', scope: 'writes' }));
    }
    return super.execute(command);
  };

  override ping() {
    return this.gone
      ? Promise.reject(new CacheUnavailableError('gone'))
      : Promise.resolve({ writable: !this.full });
  }
}

async function create(
  config: CacheManagerConfig = {},
): Promise<{ cache: CacheManager; primary: Primary }> {
  const primary = new Primary();
  const cache = new CacheManager({ redis: primary, logger: silentLogger, ...config });
  await cache.initialize();
  undo.push(() => cache.disconnect());
  return { cache, primary };
}

/** What is published of commands that have ended. */
function ended(): CommandMessage[] {
  const messages: CommandMessage[] = [];
  const listener = (message: unknown) => void messages.push({ ...(message as CommandMessage) });
  asyncEnd.subscribe(listener);
  undo.push(() => asyncEnd.unsubscribe(listener));
  return messages;
}

describe('the tracing channel cachefb:command', () => {
  it('tells each command with its keys, its reply and who answered', async () => {
    const { cache } = await create();
    const messages = ended();
    await cache.set('k', 'secret', 1000);
    await cache.incr('n');
    await cache.mset({ a: 1, b: 2 });
    await cache.expire('k', 5);
    expect(messages).toMatchObject([
      { cache, name: 'set', keys: ['k'], provider: 'redis', result: 'OK' },
      { name: 'incrby', keys: ['n'], provider: 'redis', result: 1 },
      { name: 'mset', keys: ['a', 'b'], provider: 'redis' },
      { name: 'pexpire', keys: ['k'], provider: 'redis', result: 1 },
    ]);
    expect(JSON.stringify(messages.map(({ cache: _, ...rest }) => rest))).not.toContain('secret');
  });

  it.each(['start', 'end', 'asyncStart', 'asyncEnd'])(
    'tells whoever listens to %s alone',
    async (event) => {
      const { cache } = await create();
      const names: unknown[] = [];
      const listener = (message: unknown) => void names.push((message as CommandMessage).name);
      const heard = channel(`tracing:cachefb:command:${event}`);
      heard.subscribe(listener);
      undo.push(() => heard.unsubscribe(listener));
      await cache.get('k');
      expect(names).toEqual(['get']);
    },
  );

  it('tells of a command that Redis did not answer that memory did', async () => {
    const { cache, primary } = await create();
    const messages = ended();
    primary.gone = true;
    await cache.get('k');
    await cache.get('k');
    expect(messages.map(({ provider }) => provider)).toEqual(['memory', 'memory']);
    expect(messages[0]).toMatchObject({ fate: 'unsent' });
  });

  it('tells whether a command that memory answered may have run in Redis', async () => {
    const { cache, primary } = await create();
    await cache.get('k');
    const messages = ended();
    primary.full = true;
    await cache.set('k', 1);
    primary.hung = true;
    await cache.mget('k', 'other');
    cache.switchToMemoryCache();
    await cache.get('k');
    expect(messages.map(({ provider, fate }) => [provider, fate])).toEqual([
      ['memory', 'refused'],
      ['memory', 'unknown'],
      ['memory', undefined],
    ]);
  });

  it('tells of a command in parts that memory answered where it answered one', async () => {
    const { cache, primary } = await create();
    await cache.set('theirs', 'redis');
    primary.full = true;
    await cache.set('ours', 'memory');
    const messages = ended();
    expect(await cache.mget('ours', 'theirs')).toEqual(['memory', 'redis']);
    expect(await cache.mget('theirs', 'other')).toEqual(['redis', null]);
    expect(messages).toMatchObject([
      { name: 'mget', keys: ['ours', 'theirs'], provider: 'memory' },
      { name: 'mget', keys: ['theirs', 'other'], provider: 'redis' },
    ]);
  });

  it.each([false, true])('tells errors, and hands them on (memory answers: %s)', async (away) => {
    const { cache } = await create();
    await cache.hset('h', 'f', 1);
    if (away) cache.switchToMemoryCache();
    if (away) await cache.hset('h', 'f', 1);
    const messages = ended();
    await expect(cache.get('h')).rejects.toThrow('WRONGTYPE');
    expect(messages).toMatchObject([
      { name: 'get', error: { code: 'WRONGTYPE' }, provider: away ? 'memory' : 'redis' },
    ]);
    expect(messages[0]).not.toHaveProperty('result');
  });

  it('begins in the context of the caller, to which stores can be bound', async () => {
    const { cache } = await create();
    const store = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const listener = () => void seen.push(store.getStore());
    start.subscribe(listener);
    asyncEnd.subscribe(listener);
    undo.push(
      () => start.unsubscribe(listener),
      () => asyncEnd.unsubscribe(listener),
    );
    await store.run('request 1', () => cache.get('k'));
    expect(seen).toEqual(['request 1', 'request 1']);
  });

  it('tells nothing of what was refused before it was a command', async () => {
    const { cache } = await create();
    const messages = ended();
    await expect(cache.set('k', undefined)).rejects.toThrow(TypeError);
    await cache.disconnect();
    await expect(cache.get('k')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(messages).toEqual([]);
  });

  it('tells every manager apart', async () => {
    const [one, two] = [await create(), await create()];
    const messages = ended();
    await Promise.all([one.cache.get('k'), two.cache.get('k')]);
    expect(new Set(messages.map(({ cache }) => cache))).toEqual(new Set([one.cache, two.cache]));
  });
});
