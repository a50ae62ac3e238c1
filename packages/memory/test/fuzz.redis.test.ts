import { cacheSide, fuzz, RedisServer, rawSide } from '@cachefb/testkit';
import { expect, it } from 'vitest';
import { InMemoryCache } from '../src/index.js';

const COMMANDS = 20_000;

it('cannot be told from Redis by random commands', { timeout: 120_000 }, async () => {
  await using server = await RedisServer.start({ persistence: false });
  const report = await fuzz({
    subject: cacheSide(new InMemoryCache()),
    reference: rawSide(await server.connect()),
    commands: COMMANDS,
  });
  expect(report.commands).toBeGreaterThanOrEqual(COMMANDS);
});
