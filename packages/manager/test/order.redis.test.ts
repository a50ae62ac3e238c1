import { RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager } from '../src/index.js';
import { BACKENDS } from './support/backends.js';

const TIMEOUT = 500;

describe.each(BACKENDS)('on a server that has just come up, over %s', (_, redisAt) => {
  let server: RedisServer;
  let cache: CacheManager;

  beforeEach(async () => {
    server = await RedisServer.start();
    cache = new CacheManager({
      redis: redisAt(server.url, TIMEOUT),
      criticalKeys: ['c:*'],
      failoverTimeout: TIMEOUT,
    });
    await cache.initialize();
  });

  afterEach(async () => {
    await cache.disconnect();
    await server.close();
  });

  /** What somebody else sees. */
  const redis = (...args: string[]) => server.call(...args);

  it('a write behind a deletion that nobody waits for stays', async () => {
    await cache.mset({ 'c:a': 'old', 'c:b': 'old' });
    await cache.hset('c:h', { f: 'old', g: 'old' });
    await Promise.all([cache.del('c:a', 'c:b'), cache.set('c:a', 'new')]);
    await Promise.all([cache.hdel('c:h', 'f', 'g'), cache.hset('c:h', 'f', 'new')]);
    expect(await redis('GET', 'c:a')).toBe('new');
    expect(await redis('EXISTS', 'c:b')).toBe(0);
    expect(await redis('HGETALL', 'c:h')).toEqual(['f', 'new']);
    expect(await cache.mget('c:a', 'c:b')).toEqual(['new', null]);
  });

  it('it stays even if the connection is lost', async () => {
    await cache.set('c:k', 'old');
    const both = Promise.all([cache.del('c:k'), cache.set('c:k', 'new')]);
    await Promise.all([both, redis('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')]);
    expect(await both).toEqual([1, 'OK']);
    expect(await cache.get('c:k')).toBe('new');
    await waitFor(
      () => cache.getCurrentProvider() === 'redis' && cache.getSyncStats().pending === 0,
    );
    expect(await redis('GET', 'c:k')).toBe('new');
  });
});
