import { describe, expect, it } from 'vitest';
import { parseRedisTarget, targetUrl } from '../src/cli/redis-target.js';

describe('the URL of --redis', () => {
  it('has a host, and defaults for the rest', () => {
    expect(parseRedisTarget('redis://localhost')).toEqual({
      host: 'localhost',
      port: 6379,
      username: '',
      password: '',
      db: 0,
    });
  });

  it('may name a user, a password, a port and a database, which survive the way through the proxy', () => {
    const target = parseRedisTarget('redis://me:p%40ss@[::1]:7000/2');
    expect(target).toEqual({ host: '::1', port: 7000, username: 'me', password: 'p@ss', db: 2 });
    expect(targetUrl(target, 1234)).toBe('redis://me:p%40ss@127.0.0.1:1234/2');
  });

  it('may have a password without a user', () => {
    expect(targetUrl(parseRedisTarget('redis://:secret@localhost'), 1)).toBe(
      'redis://:secret@127.0.0.1:1/0',
    );
  });

  it.each(['rediss://localhost', '/run/redis.sock', 'unix:///run/redis.sock'])(
    'is plainly not supported as %s',
    (url) => {
      expect(() => parseRedisTarget(url)).toThrow('not supported here');
    },
  );

  it.each([
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://host/name',
    'redis://h:99999',
  ])('is refused as %j', (url) => {
    expect(() => parseRedisTarget(url)).toThrow('--redis takes a URL such as');
  });
});
