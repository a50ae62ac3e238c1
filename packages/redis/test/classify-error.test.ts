import { CacheUnavailableError, ReplyError } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import { errorOfReply, isNoScript, toUnaskedError } from '../src/base/classify-error.js';

const ADDRESS = 'redis.example:6379';

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
    const cause = new Error(message);
    const error = errorOfReply(message, ADDRESS, cause);
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
    const error = errorOfReply(message, ADDRESS);
    expect(error).toMatchObject({ fate: 'refused', scope: 'writes', code: 'UNAVAILABLE' });
  });

  it.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'ERR value is not an integer or out of range',
    "NOPERM this user has no permissions to run the 'get' command",
    "CROSSSLOT Keys in request don't hash to the same slot",
    'constructor is no class of errors',
  ])("is the caller's mistake, in Redis's own words: %s", (message) => {
    const error = errorOfReply(message, ADDRESS);
    expect(error).toBeInstanceOf(ReplyError);
    expect(error.message).toBe(message);
  });

  it('says plainly what is wrong with a login', () => {
    expect(errorOfReply('NOAUTH Authentication required.', ADDRESS).message).toBe(
      'Redis at redis.example:6379: it requires a password (NOAUTH Authentication required.)',
    );
  });

  it('may say that a script has to be sent', () => {
    expect(isNoScript(new ReplyError('NOSCRIPT No matching script. Please use EVAL.'))).toBe(true);
    expect(isNoScript(new ReplyError('ERR other'))).toBe(false);
  });

  it('that nobody asked for is the reason why a server refuses a client', () => {
    const error = toUnaskedError(ADDRESS, 'ERR max number of clients reached');
    expect(error).toMatchObject({ fate: 'unknown', scope: 'all' });
    expect(error.message).toContain('it accepts no more clients');
    for (const text of [undefined, 'ERR other']) {
      expect(toUnaskedError(ADDRESS, text).message).toContain('a reply that nobody asked for');
    }
  });
});
