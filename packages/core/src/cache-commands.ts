import type { ExpireMode } from './arguments/expiry.js';
import type { Integer } from './arguments/integer.js';
import type { StringArguments } from './arguments/key-list.js';
import type { SetOptions } from './arguments/set.js';
import type { CacheValue } from './arguments/value.js';

/** An integer argument: a number, or where that is not exact a bigint or decimal text. */
export type IntegerArgument = Integer | `${bigint}`;

/** Fields and values, or keys and values: a record, a `Map`, or `[name, value]` entries. */
export type Entries =
  | Readonly<Record<string, CacheValue>>
  | ReadonlyMap<string, CacheValue>
  | readonly (readonly [string, CacheValue])[];

/** The words that may follow the value in `set(key, value, 'EX', 60, 'NX')`. */
export type SetToken = string | number;

/**
 * The commands of Redis that every backend, and the manager in each of its states, answers alike: names, units, replies
 * and error messages are Redis's own. Beside the shapes below, those that ioredis takes for these commands work as well.
 *
 * A wrong argument is a `TypeError`, or the `ReplyError` that Redis would give, before anything is sent.
 *
 * @see {@link https://redis.io/docs/latest/commands/ | Redis commands}
 */
export interface CacheCommands {
  /** The string at `key`, or `null`. */
  get(key: string): Promise<string | null>;
  /** The JSON at `key`, parsed, or `null`. Rejects with a `CacheError` (`INVALID_JSON`) if it is not JSON. */
  getJSON<T = unknown>(key: string): Promise<T | null>;
  /** Stores a value; `ttl` in milliseconds. Without a TTL the key lives until it is deleted. */
  set(key: string, value: CacheValue, ttl?: number): Promise<'OK'>;
  /** Stores a value under conditions: `'OK'`, `null` if they were not met, or with `get` the old value. */
  set(key: string, value: CacheValue, options: SetOptions): Promise<string | null>;
  /** Stores a value with Redis's own words: `set(key, value, 'EX', 60, 'NX')`. */
  set(key: string, value: CacheValue, word: string, ...words: SetToken[]): Promise<string | null>;
  /** Deletes keys; answers how many existed. */
  del(...keys: StringArguments): Promise<number>;
  /** How many of the keys exist; one named twice counts twice. */
  exists(...keys: StringArguments): Promise<number>;
  /** Sets a TTL in seconds; `1` if it was set. */
  expire(key: string, seconds: IntegerArgument, mode?: ExpireMode): Promise<0 | 1>;
  /** Sets a TTL in milliseconds; `1` if it was set. */
  pexpire(key: string, milliseconds: IntegerArgument, mode?: ExpireMode): Promise<0 | 1>;
  /** Removes the TTL; `1` if there was one. */
  persist(key: string): Promise<0 | 1>;
  /** The remaining TTL in seconds; `-1` without one, `-2` without the key. */
  ttl(key: string): Promise<number>;
  /** The remaining TTL in milliseconds; `-1` without one, `-2` without the key. */
  pttl(key: string): Promise<number>;
  /** The value of a field, or `null`. */
  hget(key: string, field: string): Promise<string | null>;
  /** Sets one field; answers how many are new. */
  hset(key: string, field: string, value: CacheValue, ...more: CacheValue[]): Promise<number>;
  /** Sets several fields; answers how many are new. */
  hset(key: string, entries: Entries | readonly CacheValue[]): Promise<number>;
  /** Removes fields; answers how many existed. */
  hdel(key: string, ...fields: StringArguments): Promise<number>;
  /** `1` if the field exists. */
  hexists(key: string, field: string): Promise<0 | 1>;
  /** All fields and values; `{}` without the key. */
  hgetall(key: string): Promise<Record<string, string>>;
  /** The values of fields, `null` for those that are not there. */
  hmget(key: string, ...fields: StringArguments): Promise<(string | null)[]>;
  /** The number of fields. */
  hlen(key: string): Promise<number>;
  /** Adds to a field; answers the new number. */
  hincrby(key: string, field: string, by: IntegerArgument): Promise<number>;
  /** The strings at keys, `null` for those that are missing or not strings. */
  mget(...keys: StringArguments): Promise<(string | null)[]>;
  /** Stores several values at once, without TTL. */
  mset(entries: Entries | readonly CacheValue[]): Promise<'OK'>;
  /** Stores several values at once: `mset(key, value, key, value, …)`. */
  mset(key: string, value: CacheValue, ...more: CacheValue[]): Promise<'OK'>;
  /** Adds 1; answers the new number. */
  incr(key: string): Promise<number>;
  /** Adds `by`; answers the new number. */
  incrby(key: string, by: IntegerArgument): Promise<number>;
  /** Subtracts 1; answers the new number. */
  decr(key: string): Promise<number>;
  /** Subtracts `by`; answers the new number. */
  decrby(key: string, by: IntegerArgument): Promise<number>;
  /** `'string'`, `'hash'` or `'none'`; a backend may know further types by name. */
  type(key: string): Promise<string>;
  /** All keys that match a glob of Redis's. */
  keys(pattern: string): Promise<string[]>;
  /** Walks the keys that match a glob, all without one. Keys that come or go meanwhile may or may not be seen. */
  scan(pattern?: string): AsyncIterableIterator<string>;
  /** Deletes everything. */
  flushall(): Promise<'OK'>;
}
