import type { Command } from '../command.js';
import { ReplyError } from '../errors/reply-error.js';
import { checkExpireMode, checkTimeToLive } from './expiry.js';
import { checkInteger, MIN_INTEGER, toInteger } from './integer.js';
import { checkKey, checkString } from './key.js';
import { stringList } from './key-list.js';
import { pairList } from './pairs.js';
import { setCommand } from './set.js';

const readers = {
  get: (key: unknown): Command<'get'> => ({ name: 'get', key: checkKey(key) }),
  set: setCommand,
  del: (keys: readonly unknown[]): Command<'del'> => ({
    name: 'del',
    keys: stringList(keys, 'key', 'del'),
  }),
  exists: (keys: readonly unknown[]): Command<'exists'> => ({
    name: 'exists',
    keys: stringList(keys, 'key', 'exists'),
  }),
  expire: (
    key: unknown,
    seconds: unknown,
    mode: unknown,
    more?: readonly unknown[],
  ): Command<'pexpire'> => ({
    name: 'pexpire',
    key: checkKey(key),
    mode: checkExpireMode(mode, more),
    ms: checkTimeToLive(seconds, 1000, 'expire'),
  }),
  pexpire: (
    key: unknown,
    milliseconds: unknown,
    mode: unknown,
    more?: readonly unknown[],
  ): Command<'pexpire'> => ({
    name: 'pexpire',
    key: checkKey(key),
    mode: checkExpireMode(mode, more),
    ms: checkTimeToLive(milliseconds, 1, 'pexpire'),
  }),
  persist: (key: unknown): Command<'persist'> => ({
    name: 'persist',
    key: checkKey(key),
  }),
  ttl: (key: unknown): Command<'ttl'> => ({ name: 'ttl', key: checkKey(key) }),
  pttl: (key: unknown): Command<'pttl'> => ({
    name: 'pttl',
    key: checkKey(key),
  }),
  hget: (key: unknown, field: unknown): Command<'hget'> => ({
    name: 'hget',
    key: checkKey(key),
    field: checkString(field, 'field'),
  }),
  hset: (key: unknown, rest: readonly unknown[]): Command<'hset'> => {
    const checked = checkKey(key);
    return {
      name: 'hset',
      key: checked,
      pairs: pairList(rest, 'field', 'hset', checked),
    };
  },
  hdel: (key: unknown, fields: readonly unknown[]): Command<'hdel'> => ({
    name: 'hdel',
    key: checkKey(key),
    fields: stringList(fields, 'field', 'hdel'),
  }),
  hexists: (key: unknown, field: unknown): Command<'hexists'> => ({
    name: 'hexists',
    key: checkKey(key),
    field: checkString(field, 'field'),
  }),
  hgetall: (key: unknown): Command<'hgetall'> => ({
    name: 'hgetall',
    key: checkKey(key),
  }),
  hmget: (key: unknown, fields: readonly unknown[]): Command<'hmget'> => ({
    name: 'hmget',
    key: checkKey(key),
    fields: stringList(fields, 'field', 'hmget'),
  }),
  hlen: (key: unknown): Command<'hlen'> => ({
    name: 'hlen',
    key: checkKey(key),
  }),
  hincrby: (key: unknown, field: unknown, by: unknown): Command<'hincrby'> => ({
    name: 'hincrby',
    key: checkKey(key),
    field: checkString(field, 'field'),
    by: checkInteger(by, 'increment'),
  }),
  mget: (keys: readonly unknown[]): Command<'mget'> => ({
    name: 'mget',
    keys: stringList(keys, 'key', 'mget'),
  }),
  mset: (entries: readonly unknown[]): Command<'mset'> => ({
    name: 'mset',
    pairs: pairList(entries, 'key', 'mset'),
  }),
  incrby: (key: unknown, by: unknown): Command<'incrby'> => ({
    name: 'incrby',
    key: checkKey(key),
    by: checkInteger(by, 'increment'),
  }),
  decrby: (key: unknown, by: unknown): Command<'incrby'> => {
    const checked = checkKey(key);
    const decrement = checkInteger(by, 'decrement');
    if (decrement === MIN_INTEGER) throw new ReplyError('ERR decrement would overflow');
    return {
      name: 'incrby',
      key: checked,
      by: typeof decrement === 'number' ? 0 - decrement : toInteger(-decrement),
    };
  },
  type: (key: unknown): Command<'type'> => ({
    name: 'type',
    key: checkKey(key),
  }),
  keys: (pattern: unknown): Command<'keys'> => ({
    name: 'keys',
    pattern: checkString(pattern, 'pattern'),
  }),
  flushall: (): Command<'flushall'> => ({ name: 'flushall' }),
} as const;

/**
 * Reads a call of each command, in any of its accepted shapes, into its one checked form; throws for a wrong argument.
 * Every front (the promise-returning and the synchronous one) goes through here, so that all refuse alike.
 */
export const readCommand: Readonly<typeof readers> = readers;
