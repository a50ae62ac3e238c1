import { ConfigurationError } from '@cachefb/core';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { hidePassword } from '../src/base/redis-url.js';
import { RedisBackend } from '../src/index.js';
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
    expect(read('redis://me:p%40ss@redis.example:7000/3')).toMatchObject({
      address: 'redis.example:7000',
      username: 'me',
      password: 'p@ss',
      db: 3,
      options: { host: 'redis.example', port: 7000 },
    });
  });

  it('needs nothing but a host', () => {
    const target = read('redis://localhost');
    expect(target).toMatchObject({ address: 'localhost:6379', db: 0, keyPrefix: '' });
    expect(target.password).toBeUndefined();
    expect(target.options.tls).toBeUndefined();
  });

  it('may ask for TLS, an address family and a prefix', () => {
    const target = read('rediss://[::1]:7000?family=6&keyPrefix=app:');
    expect(target).toMatchObject({
      address: '::1:7000',
      keyPrefix: 'app:',
      options: { host: '::1', tls: {}, family: 6 },
    });
  });

  it.each([
    '',
    'localhost',
    'http://localhost:6379',
    'redis:localhost',
    'redis//localhost',
    'redis://',
    'redis://:6379',
    'redis://localhost:99999',
    'redis://localhost:0',
    'redis://localhost:port',
    'redis://localhost/db',
    'redis://localhost/1/2',
    'redis://localhost?familly=6',
    'redis://localhost?family=five',
    'redis://a:%E0%A4%A@localhost',
  ])('is refused when it is malformed: %j', (url) => {
    expect(failure(url).option).toBe('redis');
  });

  it.each([
    'redis://user:hunter2@localhost:99999',
    'redis://:hunter2@localhost/x',
    'redis://user:hunt@er2@host:port',
    'redis://:hunter2',
    'http://user:hunter2@localhost',
    'redis://user:hunter2%E0%A4%A@localhost',
    'redis://user:hunter2/x@y@localhost:port',
  ])('never shows its password in an error: %s', (url) => {
    const error = failure(url);
    const shown = `${error.message} ${String(error.value)} ${error.stack} ${String(error.cause)}`;
    expect(shown).not.toMatch(/hunt/);
    expect(shown).not.toMatch(/er2/);
  });

  it('is shown whole where nothing is secret', () => {
    expect(hidePassword('redis//localhost')).toBe('redis//localhost');
    expect(hidePassword('redis://localhost:6379/x')).toBe('redis://localhost:6379/x');
    expect(hidePassword('redis://me:secret@localhost')).toBe('redis://me:***@localhost');
  });
});

describe('options', () => {
  it('are those of ioredis', () => {
    const options = { host: 'h', port: 7000, db: 2, password: 'pw', keyPrefix: 'p:', keepAlive: 5 };
    expect(read(options)).toMatchObject({
      address: 'h:7000',
      db: 2,
      password: 'pw',
      keyPrefix: 'p:',
      options: { keepAlive: 5 },
    });
    expect(read({ path: '/run/redis.sock' }).address).toBe('/run/redis.sock');
    expect(read({}).address).toBe('localhost:6379');
  });

  it.each([
    [{ host: '' }, 'redis.host'],
    [{ host: 5 }, 'redis.host'],
    [{ port: 0 }, 'redis.port'],
    [{ port: 'x' }, 'redis.port'],
    [{ db: -1 }, 'redis.db'],
    [{ keyPrefix: Buffer.from('p') }, 'redis.keyPrefix'],
    [{ password: 5 }, 'redis.password'],
    [{ username: {} }, 'redis.username'],
    [{ path: '' }, 'redis.path'],
    [{ sentinels: [{ host: 'h', port: 1 }] }, 'redis'],
    [[{ host: 'h', port: 1 }], 'redis'],
    [{ nodes: [] }, 'redis'],
    [null, 'redis'],
    [undefined, 'redis'],
    [5, 'redis'],
  ])('that cannot work are refused: %j', (options, option) => {
    expect(failure(options).option).toBe(option);
  });

  it('for a cluster are told to be not supported yet', () => {
    expect(failure([{ host: 'h', port: 1 }]).message).toMatch(/not supported yet.*cluster/);
    expect(
      failure({ isCluster: true, options: {}, status: 'wait', duplicate() {} }).message,
    ).toMatch(/not supported yet.*cluster/);
  });
});

describe('a client', () => {
  it('has its options copied, and is left alone', () => {
    const client = new Redis({
      host: 'h',
      port: 7000,
      db: 4,
      keyPrefix: 'p:',
      username: 'u',
      password: 'pw',
      tls: { servername: 's' },
      connectionName: 'mine',
      lazyConnect: true,
    });
    expect(read(client)).toMatchObject({
      address: 'h:7000',
      db: 4,
      keyPrefix: 'p:',
      username: 'u',
      password: 'pw',
      connectionName: 'mine',
      options: { tls: { servername: 's' } },
    });
    expect(client.status).toBe('wait');
  });

  it('is recognised by its looks, as several copies of ioredis may be installed', () => {
    const likeVersion5 = {
      options: { host: 'old', port: 7001, db: 0, keyPrefix: '' },
      status: 'ready',
      duplicate: () => {},
    };
    expect(read(likeVersion5).address).toBe('old:7001');
  });
});

describe('options of the backend', () => {
  it.each([
    [{ timeout: 0 }, 'options.timeout'],
    [{ timeout: '5' }, 'options.timeout'],
    [{ timeout: 2 ** 31 }, 'options.timeout'],
    [{ markTtl: 0.5 }, 'options.markTtl'],
    [{ maxInFlight: 0 }, 'options.maxInFlight'],
    [{ name: 'two words' }, 'options.name'],
    [{ name: '' }, 'options.name'],
    [{ clock: {} }, 'options.clock'],
    [{ logger: { info() {} } }, 'options.logger'],
    [{ timeOut: 5 }, 'timeOut'],
    ['options', 'options'],
  ])('that cannot work are refused: %j', (options, option) => {
    expect(() => new RedisBackend('redis://localhost', options as object)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError' }),
    );
    try {
      new RedisBackend('redis://localhost', options as object);
    } catch (error) {
      expect((error as ConfigurationError).option).toContain(option);
    }
  });
});
