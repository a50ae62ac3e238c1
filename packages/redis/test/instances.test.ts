import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineRedisInstances, getRedisClient, resolveRedisInstance } from '../src/index.js';

const VARIABLES = ['URL', 'HOST', 'PORT', 'PASSWORD', 'DB', 'TLS'];

function environment(variables: Record<string, string>): void {
  for (const name of VARIABLES) vi.stubEnv(`REDIS_${name}`, variables[name] ?? '');
}

afterEach(() => {
  defineRedisInstances(undefined);
  vi.unstubAllEnvs();
});

describe('without definitions', () => {
  it('is on this machine', () => {
    environment({});
    expect(resolveRedisInstance()).toEqual({ host: 'localhost', port: 6379 });
  });

  it('is where REDIS_URL says', () => {
    environment({ URL: 'rediss://h:1/2', HOST: 'other' });
    expect(resolveRedisInstance('default')).toBe('rediss://h:1/2');
  });

  it('is where the single variables say', () => {
    environment({ HOST: 'h', PORT: '7000', PASSWORD: 'pw', DB: '2', TLS: 'true' });
    expect(resolveRedisInstance()).toEqual({
      host: 'h',
      port: 7000,
      password: 'pw',
      db: 2,
      tls: {},
    });
    environment({ TLS: 'False' });
    expect(resolveRedisInstance()).toEqual({ host: 'localhost', port: 6379 });
  });

  it.each([
    [{ URL: 'localhost' }, 'REDIS_URL'],
    [{ PORT: '70000' }, 'REDIS_PORT'],
    [{ PORT: '0x10' }, 'REDIS_PORT'],
    [{ DB: '-1' }, 'REDIS_DB'],
    [{ TLS: 'maybe' }, 'REDIS_TLS'],
  ])('refuses a variable that cannot work: %j', (variables, option) => {
    environment(variables);
    expect(() => resolveRedisInstance()).toThrow(option);
  });

  it('knows only the default', () => {
    environment({});
    expect(() => resolveRedisInstance('sessions')).toThrow(
      'redisInstanceName: expected one of "default", got "sessions"',
    );
  });
});

describe('with definitions', () => {
  it('answers by name and environment', () => {
    defineRedisInstances({
      default: { production: 'redis://prod', development: { host: 'dev' } },
      sessions: { production: 'redis://sessions' },
    });
    expect(resolveRedisInstance('default', 'production')).toBe('redis://prod');
    expect(resolveRedisInstance('sessions', 'production')).toBe('redis://sessions');
    vi.stubEnv('NODE_ENV', '');
    expect(resolveRedisInstance()).toEqual({ host: 'dev' });
    vi.stubEnv('NODE_ENV', 'production');
    expect(resolveRedisInstance()).toBe('redis://prod');
  });

  it('lists what is known when a name or an environment is not', () => {
    defineRedisInstances({
      a: { production: 'redis://x', test: 'redis://y' },
      b: { test: 'redis://z' },
    });
    expect(() => resolveRedisInstance('c', 'test')).toThrow('one of "a", "b", got "c"');
    expect(() => resolveRedisInstance('a', 'staging')).toThrow(
      'redisEnvironment: expected one of "production", "test", got "staging"',
    );
    expect(() => resolveRedisInstance('__proto__', 'test')).toThrow('one of "a", "b"');
    expect(() => resolveRedisInstance('a', 'constructor')).toThrow('redisEnvironment');
  });

  it.each([
    [{}, 'instances'],
    [{ default: {} }, 'instances.default'],
    [{ default: 'redis://x' }, 'instances.default'],
    [{ default: { test: 'localhost' } }, 'instances.default.test'],
    [[], 'instances'],
  ])('refuses definitions that cannot work: %j', (definitions, option) => {
    expect(() => defineRedisInstances(definitions as never)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', option }),
    );
  });
});

describe('getRedisClient', () => {
  it('makes a backend for a name, and refuses unknown ones with those that are known', () => {
    environment({});
    expect(getRedisClient().connectionStatus).toBe('end');
    expect(() => getRedisClient('sessions')).toThrow(/default/);
    defineRedisInstances({ sessions: { staging: 'redis://localhost:1' } });
    expect(getRedisClient('sessions', 'staging').connectionStatus).toBe('end');
    expect(() => getRedisClient('sessions', 'production')).toThrow(/staging/);
  });
});
