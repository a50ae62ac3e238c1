import { cacheSide, fuzz, RedisServer, rawSide, TcpProxy } from '@cachefb/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisBackend } from '../src/index.js';

const COMMANDS = 15_000;

let mine: RedisServer;
let theirs: RedisServer;
beforeAll(async () => {
  [mine, theirs] = await Promise.all([
    RedisServer.start({ persistence: false }),
    RedisServer.start({ persistence: false }),
  ]);
});
afterAll(() => Promise.all([mine.close(), theirs.close()]));

describe('random commands, issued at once', { timeout: 180_000 }, () => {
  it.each([
    ['in one turn', 100, 100, 0, true],
    ['over turns that overtake the replies', 240, 60, 3, true],
    ['few in a turn', 12, 3, 0, true],
    ['without coalescing', 60, 20, 0, false],
  ])('%s, answer what they answer one after the other', async (_, ...how) => {
    const [inFlight, inTurn, delay, coalesce] = how;
    await using proxy = await TcpProxy.start({ target: mine });
    if (delay > 0) proxy.delay(delay);
    const cache = new RedisBackend(proxy.url, { coalesce });
    await cache.connect();
    const reference = await theirs.connect();
    try {
      const report = await fuzz({
        subject: cacheSide(cache, { inFlight, inTurn }),
        reference: rawSide(reference),
        commands: COMMANDS,
      });
      expect(report.commands).toBeGreaterThanOrEqual(COMMANDS);
    } finally {
      reference.close();
      await cache.disconnect();
    }
  });
});
