import { silentLogger } from '@cachefb/core';
import { cacheSide, freePort, fuzz, RedisServer, rawSide } from '@cachefb/testkit';
import { expect, it } from 'vitest';
import { CacheManager } from '../src/index.js';

const COMMANDS = 10_000;

it('cannot be told from Redis by random commands while there is no Redis', {
  timeout: 120_000,
}, async () => {
  await using server = await RedisServer.start({ persistence: false });
  await using cache = new CacheManager({
    redis: `redis://127.0.0.1:${await freePort()}`,
    logger: silentLogger,
  });
  await cache.initialize();
  const report = await fuzz({
    subject: cacheSide(cache),
    reference: rawSide(await server.connect()),
    commands: COMMANDS,
  });
  expect(report.commands).toBeGreaterThanOrEqual(COMMANDS);
  expect(cache.getCurrentProvider()).toBe('memory');
});
