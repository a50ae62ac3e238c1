import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RawRedis, RedisServer, sleep, TcpProxy, waitFor } from '../src/index.js';

describe('TcpProxy', () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let redis: RawRedis;
  beforeAll(async () => {
    server = await RedisServer.start({ persistence: false });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await server.call('FLUSHALL');
    proxy = await TcpProxy.start({ target: server });
    redis = await RawRedis.connect({ port: proxy.port });
  });
  afterEach(() => proxy.close());

  it('passes everything on and counts connections', async () => {
    const value = 'x'.repeat(5_000_000);
    await redis.call('SET', 'k', value);
    expect(await redis.call('GET', 'k')).toBe(value);
    expect(proxy.connections).toBe(1);
    redis.close();
    await waitFor(() => proxy.connections === 0);
    expect(proxy.accepted).toBe(1);
  });

  it('refuses until it is healed', async () => {
    await proxy.refuse();
    await waitFor(() => !redis.open);
    await expect(RawRedis.connect({ port: proxy.port })).rejects.toThrow(/ECONNREFUSED/);
    await proxy.heal();
    redis = await RawRedis.connect({ port: proxy.port });
    expect(await redis.call('PING')).toBe('PONG');
  });

  it('cuts what stands and welcomes what comes', async () => {
    proxy.cut();
    await expect(redis.call('PING')).rejects.toThrow(/ECONNRESET|EPIPE|closed/);
    redis = await RawRedis.connect({ port: proxy.port });
    expect(await redis.call('PING')).toBe('PONG');
  });

  it('swallows requests and replies', async () => {
    proxy.blackHole();
    let settled = false;
    redis.call('SET', 'k', 1).then(
      () => (settled = true),
      () => {},
    );
    await sleep(50);
    await proxy.heal();
    await sleep(50);
    expect(settled).toBe(false);
    expect(await server.call('GET', 'k')).toBeNull();
  });

  it('swallows replies alone: the command runs and nobody hears of it', async () => {
    proxy.blackHole({ requests: false });
    redis.call('SET', 'k', 1).catch(() => {});
    await waitFor(async () => (await server.call('GET', 'k')) === '1');
  });

  it('holds bytes back and delivers them late', async () => {
    proxy.hold();
    const reply = redis.call('SET', 'k', 1);
    await sleep(50);
    expect(await server.call('GET', 'k')).toBeNull();
    await proxy.heal();
    expect(await reply).toBe('OK');
  });

  it('delivers what was held even after the client has said goodbye', async () => {
    proxy.hold({ replies: false });
    redis.call('SET', 'k', 1).catch(() => {});
    await sleep(20);
    redis.close();
    await sleep(20);
    await proxy.heal();
    await waitFor(async () => (await server.call('GET', 'k')) === '1');
  });

  it('delays, in order', async () => {
    proxy.delay(60);
    const start = performance.now();
    const replies = await Promise.all([redis.call('ECHO', 'a'), redis.call('ECHO', 'b')]);
    expect(replies).toEqual(['a', 'b']);
    expect(performance.now() - start).toBeGreaterThan(50);
  });

  it('injects a reply that nobody asked for', async () => {
    await redis.call('SET', 'k', 'right');
    const reply = redis.call('GET', 'k');
    proxy.inject('$5\r\nwrong\r\n');
    expect(await reply).toBe('wrong');
  });

  it('sends garbage', async () => {
    const reply = redis.call('PING');
    proxy.garbage();
    await expect(reply).rejects.toThrow(/not a reply/);
  });

  it('resets in the middle of a reply: the command has run', async () => {
    proxy.resetMidReply();
    await expect(redis.call('INCR', 'n')).rejects.toThrow();
    expect(await server.call('GET', 'n')).toBe('1');
    redis = await RawRedis.connect({ port: proxy.port });
    expect(await redis.call('INCR', 'n')).toBe(2);
  });

  it('resets its clients while the server is away', async () => {
    await using gone = await TcpProxy.start({ target: { port: 1 } });
    const connection = await RawRedis.connect({ port: gone.port });
    await expect(connection.call('PING')).rejects.toThrow();
  });
});
