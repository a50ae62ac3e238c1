import { RedisServer, TcpProxy } from '@cachefb/testkit';
import { expect, it } from 'vitest';
import type { MakeBackend } from './subject.js';

/** A server far away. */
export function longWay(make: MakeBackend): void {
  it('a connection over a long way is opened in time, and changes by others are followed there', async () => {
    await using server = await RedisServer.start({ persistence: false });
    await using proxy = await TcpProxy.start({ target: server });
    const redis = make(proxy.url, { timeout: 4000 });
    const tracking = redis.track(['session:*'], () => {});
    await redis.connect();
    proxy.delay(800);
    // The next connection has one to have killed, and a server that may be another one.
    redis.abandon();
    await redis.connect();
    expect(tracking.intact).toBe(true);
    expect(await redis.settleAbandoned()).toBe(true);
    await redis.disconnect();
  });
}
