import { CacheUnavailableError, ReplyError } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import {
  isDesynchronised,
  isForeign,
  isNoScript,
  toCacheError,
  toUnaskedError,
} from '../src/base/classify-error.js';

const ADDRESS = 'redis.example:6379';

function reply(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

describe('an error reply', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'CLUSTERDOWN The cluster is down',
    'NOAUTH Authentication required.',
    'WRONGPASS invalid username-password pair or user is disabled.',
    'ERR max number of clients reached',
    'MOVED 3999 127.0.0.1:6381',
  ])('means that Redis is not available, and that nothing was run: %s', (message) => {
    const cause = reply(message);
    const error = toCacheError(cause, ADDRESS);
    expect(error).toBeInstanceOf(CacheUnavailableError);
    expect(error).toMatchObject({ fate: 'refused', scope: 'all', cause });
    expect(error.message).toContain(ADDRESS);
    expect(error.message).toContain(message);
  });

  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
    'NOREPLICAS Not enough good replicas to write.',
  ])('means that writes are refused: %s', (message) => {
    const error = toCacheError(reply(message), ADDRESS);
    expect(error).toMatchObject({ fate: 'refused', scope: 'writes', code: 'UNAVAILABLE' });
  });

  it.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR value is not an integer or out of range',
    "NOPERM this user has no permissions to run the 'get' command",
    "CROSSSLOT Keys in request don't hash to the same slot",
    'constructor is no class of errors',
  ])("is the caller's mistake, in Redis's own words: %s", (message) => {
    const error = toCacheError(reply(message), ADDRESS);
    expect(error).toBeInstanceOf(ReplyError);
    expect(error.message).toBe(message);
  });

  it('says plainly what is wrong with a login', () => {
    const error = toCacheError(reply('NOAUTH Authentication required.'), ADDRESS);
    expect(error.message).toBe(
      'Redis at redis.example:6379: it requires a password (NOAUTH Authentication required.)',
    );
  });
});

describe("a client's error", () => {
  it('says that a command was not sent', () => {
    const error = toCacheError(
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      ADDRESS,
    );
    expect(error).toMatchObject({ fate: 'unsent', scope: 'all' });
  });

  it.each([
    new Error('Connection is closed.'),
    Object.assign(new Error('Reached the max retries per request limit (which is 0).'), {
      name: 'MaxRetriesPerRequestError',
    }),
    Object.assign(new Error('Command aborted due to connection close'), { name: 'AbortError' }),
    new Error('something new'),
    'no error at all',
  ])('leaves the fate of a command unknown: %s', (cause) => {
    expect(toCacheError(cause, ADDRESS)).toMatchObject({ fate: 'unknown', scope: 'all' });
  });

  it('is passed on if it is ours already', () => {
    const ours = new CacheUnavailableError('gone');
    expect(toCacheError(ours, ADDRESS)).toBe(ours);
  });
});

describe('special cases', () => {
  it('recognises a script that has to be sent', () => {
    expect(isNoScript(new ReplyError('NOSCRIPT No matching script. Please use EVAL.'))).toBe(true);
    expect(isNoScript(new ReplyError('ERR other'))).toBe(false);
  });

  it('recognises a client that lost count, and bytes that are no reply', () => {
    expect(isDesynchronised(new Error('Command queue state error. If you can…'))).toBe(true);
    expect(isDesynchronised(new Error('other'))).toBe(false);
    expect(isForeign(new Error('Unknown RESP type 72 "H". Please report this.'))).toBe(true);
  });

  it('finds the reason of a server that refuses a client unasked', () => {
    const error = toUnaskedError(
      ADDRESS,
      new Error('Command queue state error. … Last error: ERR max number of clients reached'),
    );
    expect(error).toMatchObject({ fate: 'unknown', scope: 'all' });
    expect(error.message).toContain('it accepts no more clients');
    const stray = toUnaskedError(ADDRESS, new Error('Command queue state error. … Last reply: OK'));
    expect(stray.message).toContain('sent a reply that nobody asked for');
  });
});
