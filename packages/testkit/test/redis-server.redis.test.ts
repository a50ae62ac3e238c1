import { afterEach, describe, expect, it } from 'vitest';
import { RawRedis, RedisServer, waitFor } from '../src/index.js';

describe('RedisServer', () => {
  let server: RedisServer;
  afterEach(() => server?.close());

  it('answers as soon as start() resolves', async () => {
    server = await RedisServer.start();
    expect(await server.call('PING')).toBe('PONG');
  });

  it('keeps acknowledged data over a kill', async () => {
    server = await RedisServer.start();
    for (let i = 0; i < 100; i++) await server.call('SET', `k${i}`, i);
    await server.kill();
    expect(server.pid).toBeUndefined();
    await server.restart();
    expect(await server.call('DBSIZE')).toBe(100);
  });

  it('comes back empty when told so, on the same port', async () => {
    server = await RedisServer.start();
    const { port } = server;
    await server.call('SET', 'k', 1);
    await server.restart({ empty: true });
    expect(server.port).toBe(port);
    expect(await server.call('DBSIZE')).toBe(0);
  });

  it('keeps nothing without persistence', async () => {
    server = await RedisServer.start({ persistence: false });
    await server.call('SET', 'k', 1);
    await server.restart();
    expect(await server.call('GET', 'k')).toBeNull();
  });

  it('does not answer between stop() and cont(), and goes on afterwards', async () => {
    server = await RedisServer.start();
    const connection = await server.connect();
    server.stop();
    let answered = false;
    const reply = connection.call('PING').finally(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    server.cont();
    expect(await reply).toBe('PONG');
    connection.close();
  });

  it('can be killed while it is stopped', async () => {
    server = await RedisServer.start();
    server.stop();
    await server.kill();
    expect(server.pid).toBeUndefined();
  });

  it('passes arguments on', async () => {
    server = await RedisServer.start({ args: ['--requirepass', 'secret'] });
    await expect(server.call('GET', 'k')).rejects.toThrow(/^NOAUTH/);
  });

  it('can be had while it is still loading its data', async () => {
    server = await RedisServer.start();
    await Promise.all(Array.from({ length: 4000 }, (_, i) => server.call('SET', `k${i}`, i)));
    await server.restart({ args: ['--key-load-delay', '500'], until: 'listening' });
    await expect(server.call('GET', 'k1')).rejects.toThrow(/^LOADING/);
  });

  it('says why a server could not be started', async () => {
    server = await RedisServer.start();
    await expect(RedisServer.start({ port: server.port })).rejects.toThrow(
      new RegExp(`redis-server on port ${server.port}: it ended by exit code 1`),
    );
    await expect(RedisServer.start({ args: ['--no-such-option', '1'] })).rejects.toThrow(
      /Bad directive/,
    );
  });

  it('says how to get Redis where there is none', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      await expect(RedisServer.start()).rejects.toThrow(/redis-server was not found on the PATH/);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('RawRedis', () => {
  it('hands replies over in the types of RESP', async () => {
    await using server = await RedisServer.start({ persistence: false });
    const redis = await server.connect();
    expect(await redis.call('SET', 'k', 'ä\r\n€')).toBe('OK');
    expect(await redis.call('GET', 'k')).toBe('ä\r\n€');
    expect(await redis.call('GET', 'none')).toBeNull();
    expect(await redis.call('INCRBY', 'n', '9223372036854775807')).toBe(9223372036854775807n);
    expect(await redis.call('MGET', 'k', 'none')).toEqual(['ä\r\n€', null]);
    await expect(redis.call('HGET', 'k', 'f')).rejects.toThrow(/^WRONGTYPE/);
    const replies = await redis.pipeline([
      ['GET', 'k'],
      ['HGET', 'k', 'f'],
      ['HKEYS', 'none'],
    ]);
    expect(replies).toEqual(['ä\r\n€', expect.any(Error), []]);
    redis.close();
    await expect(redis.call('PING')).rejects.toThrow(/closed/);
  });

  it('puts long replies together from their pieces', async () => {
    await using server = await RedisServer.start({ persistence: false });
    const redis = await server.connect();
    const value = 'é'.repeat(3_000_000);
    await redis.call('SET', 'k', value);
    expect(await redis.call('MGET', 'k', 'k')).toEqual([value, value]);
    redis.close();
  });

  it('rejects what is in flight when the server dies', async () => {
    await using server = await RedisServer.start({ persistence: false });
    const redis = await server.connect();
    server.stop();
    const rejected = expect(redis.call('PING')).rejects.toThrow();
    await server.kill();
    await rejected;
    await waitFor(() => !redis.open);
    await expect(RawRedis.connect({ port: server.port })).rejects.toThrow(/ECONNREFUSED/);
  });
});
