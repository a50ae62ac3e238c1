import { ConfigurationError } from '@cachefb/core';
import { createClient, createClientPool, createCluster, createSentinel } from 'redis';
import { createClient as createClient5 } from 'redis-5';
import { describe, expect, it } from 'vitest';
import { NodeRedisBackend, type NodeRedisClient } from '../src/index.js';
import { readTarget } from '../src/target.js';

const read = (target: unknown) => readTarget('redis', target);

function failure(target: unknown): ConfigurationError {
  try {
    read(target);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error as ConfigurationError;
  }
  throw new Error('accepted');
}

describe('a URL', () => {
  it('says where Redis is and how to log in', () => {
    expect(read('redis://me:p%40ss@redis.example:7000/3?keyPrefix=app:&family=4')).toMatchObject({
      address: 'redis.example:7000',
      username: 'me',
      password: 'p@ss',
      db: 3,
      keyPrefix: 'app:',
      socket: { host: 'redis.example', port: 7000, tls: false, family: 4 },
    });
    expect(read('redis://localhost').address).toBe('localhost:6379');
    expect(read('rediss://h').socket.tls).toBe(true);
  });

  it('may be among the options, and counts before them', () => {
    const socket = { host: 'other', port: 1, keepAlive: false };
    expect(read({ url: 'redis://:pw@h:7000', socket, password: 'x', database: 2 })).toMatchObject({
      address: 'h:7000',
      password: 'pw',
      db: 2,
      socket: { host: 'h', port: 7000, keepAlive: false },
    });
    expect(socket).toEqual({ host: 'other', port: 1, keepAlive: false });
  });

  it.each([
    ['localhost:6379', 'redis'],
    ['redis://:hunter2@h:99999', 'redis'],
    [{ url: 'http://:hunter2@h' }, 'redis.url'],
    [{ url: 5 }, 'redis.url'],
    [{ url: 'rediss://h', socket: { tls: false } }, 'redis.socket.tls'],
  ])('is refused when it is malformed, without its password: %j', (target, option) => {
    const error = failure(target);
    expect(error.option).toBe(option);
    expect(`${error.message}${error.stack}${String(error.value)}`).not.toContain('hunter2');
  });
});

describe('options', () => {
  it('are those of node-redis', () => {
    const options = {
      socket: { host: 'h', port: 7000, keepAlive: false },
      database: 2,
      password: 'pw',
      keyPrefix: 'p:',
      name: 'mine',
    };
    expect(read(options)).toMatchObject({
      address: 'h:7000',
      db: 2,
      password: 'pw',
      keyPrefix: 'p:',
      connectionName: 'mine',
      socket: { keepAlive: false },
    });
    expect(read({ socket: { path: '/run/redis.sock' } }).address).toBe('/run/redis.sock');
    expect(read({}).address).toBe('localhost:6379');
  });

  it('may have somebody else log in', () => {
    const credentialsProvider = {
      type: 'async-credentials-provider',
      credentials: async () => ({ password: 'pw' }),
    } as const;
    expect(read({ credentialsProvider })).toMatchObject({
      password: undefined,
      credentialsProvider,
    });
    // node-redis makes one of a password by itself.
    expect(read({ credentialsProvider, password: 'pw' })).toMatchObject({
      password: 'pw',
      credentialsProvider: undefined,
    });
  });

  it.each([
    [{ socket: 5 }, 'redis.socket'],
    [{ socket: { host: '' } }, 'redis.socket.host'],
    [{ socket: { port: 0 } }, 'redis.socket.port'],
    [{ socket: { port: 'x' } }, 'redis.socket.port'],
    [{ socket: { path: '' } }, 'redis.socket.path'],
    [{ socket: { tls: {} } }, 'redis.socket.tls'],
    [{ database: -1 }, 'redis.database'],
    [{ keyPrefix: Buffer.from('p') }, 'redis.keyPrefix'],
    [{ password: 5 }, 'redis.password'],
    [{ username: {} }, 'redis.username'],
    [null, 'redis'],
    [undefined, 'redis'],
    [5, 'redis'],
    [[{ host: 'h' }], 'redis'],
  ])('that cannot work are refused: %j', (options, option) => {
    expect(failure(options).option).toBe(option);
  });

  it.each([
    [{ host: 'h' }, 'redis.host', 'redis.socket.host'],
    [{ port: 7000 }, 'redis.port', 'redis.socket.port'],
    [{ db: 2 }, 'redis.db', 'redis.database'],
  ])('of ioredis would be ignored by node-redis: %j', (options, option, instead) => {
    const error = failure(options);
    expect(error.option).toBe(option);
    expect(error.message).toContain(instead);
  });

  it('of the backend are checked', () => {
    expect(() => new NodeRedisBackend('redis://localhost', { timeout: 0 })).toThrow(
      /options\.timeout/,
    );
  });
});

interface Options {
  url: string;
  name: string;
  socket: { keepAlive: boolean };
}
const versions: [string, (options?: Options) => NodeRedisClient][] = [
  ['5', (options) => createClient5(options)],
  ['6', (options) => createClient(options)],
];

describe.each(versions)('a client of version %s', (_version, create) => {
  it('has its options copied, and is left alone', () => {
    const client = create({
      url: 'redis://u:pw@h:7000/4',
      name: 'mine',
      socket: { keepAlive: false },
    });
    expect(read(client)).toMatchObject({
      address: 'h:7000',
      db: 4,
      username: 'u',
      password: 'pw',
      connectionName: 'mine',
      socket: { host: 'h', port: 7000, keepAlive: false },
      credentialsProvider: undefined,
    });
    expect(client.isOpen).toBe(false);
    expect(new NodeRedisBackend(client).connectionStatus).toBe('end');
  });

  it('without options is on this machine', () => {
    expect(read(create()).address).toBe('localhost:6379');
  });
});

it.each([
  ['cluster', createCluster({ rootNodes: [{}] })],
  ['cluster', { rootNodes: [] }],
  ['Sentinel', createSentinel({ name: 'm', sentinelRootNodes: [{ host: 'h', port: 1 }] })],
  ['Sentinel', { name: 'm', sentinelRootNodes: [] }],
  ['pool', createClientPool()],
])('a %s is told to be not supported yet', (what, target) => {
  expect(failure(target).message).toMatch(new RegExp(`not supported yet.*${what}`));
});

it('a client of ioredis is told where it belongs', () => {
  const client = { options: {}, status: 'ready', duplicate() {} };
  expect(failure(client).message).toContain('RedisBackend');
});
