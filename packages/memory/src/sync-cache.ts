import {
  CacheError,
  type CacheValue,
  type Command,
  type CommandName,
  checkKey,
  checkString,
  compileGlob,
  type Entries,
  type ExpireMode,
  type IntegerArgument,
  isWellFormed,
  type Reply,
  readCommand,
  type SetOptions,
  type SetToken,
  type StringArguments,
} from '@cachefb/core';
import { hget } from './commands/hashes.js';
import { deleteKey } from './commands/keys.js';
import { run } from './commands/run.js';
import { incrby, readString, setString } from './commands/strings.js';
import type { Keyspace } from './keyspace.js';

/** The longest TTL, milliseconds, that needs no second look. */
const ORDINARY_TTL = 1e12;

/**
 * Every command of the contract with its reply returned directly, and its error thrown: what the promises of
 * `InMemoryCache` are a thin layer over. Had by `cache.sync`.
 *
 * `get`, `set`, `del`, `incr`, `hget` in their plainest shape take a short way; all else is read by core's
 * `readCommand`, like every other backend's calls.
 *
 * @see {@link https://redis.io/docs/latest/commands/ | Redis commands}
 */
export class SyncCache {
  readonly #space: Keyspace;

  /** @internal */
  constructor(space: Keyspace) {
    this.#space = space;
  }

  /** The string at `key`, or `null`. */
  get(key: string): string | null {
    if (typeof key !== 'string') checkKey(key);
    const space = this.#space;
    const counters = space.counters;
    if (++counters.operations >= counters.nextCheckpoint)
      return counters.checkpoint(getAny, space, key);
    const slot = space.find(key);
    return slot === -1 ? getMissing(space, key) : readString(space, slot);
  }

  /**
   * The JSON at `key`, parsed, or `null`.
   *
   * @throws CacheError (`INVALID_JSON`) if it is not JSON.
   */
  getJSON<T = unknown>(key: string): T | null {
    const text = this.get(key);
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new CacheError('INVALID_JSON', `the value of key ${JSON.stringify(key)} is not JSON`, {
        cause,
      });
    }
  }

  /** Stores a value; `ttl` in milliseconds. Without a TTL the key lives until it is deleted. */
  set(key: string, value: CacheValue, ttl?: number): 'OK';
  /** Stores a value under conditions: `'OK'`, `null` if they were not met, or with `get` the old value. */
  set(key: string, value: CacheValue, options: SetOptions): string | null;
  /** Stores a value with Redis's own words: `set(key, value, 'EX', 60, 'NX')`. */
  set(key: string, value: CacheValue, word: string, ...words: SetToken[]): string | null;
  set(key: string, value: CacheValue, third?: unknown, ...more: unknown[]): string | null {
    // What has lone surrogates, or another type, takes the long way.
    if (more.length === 0 && isText(key) && isText(value)) {
      if (third === undefined) return this.#set(key, value, 0);
      if (Number.isInteger(third) && (third as number) > 0 && (third as number) < ORDINARY_TTL) {
        return this.#set(key, value, third as number);
      }
    }
    return this.#setByWords(key, value, third, ...more);
  }

  /** Deletes keys; answers how many existed. */
  del(...keys: StringArguments): number {
    const key = keys[0];
    if (keys.length !== 1 || typeof key !== 'string') return this.#run(readCommand.del(keys));
    const checked = checkKey(key);
    const counters = this.#space.counters;
    if (++counters.operations >= counters.nextCheckpoint) {
      return counters.checkpoint(deleteKey, this.#space, checked);
    }
    return deleteKey(this.#space, checked);
  }

  /** How many of the keys exist; one named twice counts twice. */
  exists(...keys: StringArguments): number {
    return this.#run(readCommand.exists(keys));
  }

  /** Sets a TTL in seconds; `1` if it was set. */
  expire(key: string, seconds: IntegerArgument, mode?: ExpireMode, ...more: never[]): 0 | 1 {
    return this.#run(readCommand.expire(key, seconds, mode, more));
  }

  /** Sets a TTL in milliseconds; `1` if it was set. */
  pexpire(key: string, milliseconds: IntegerArgument, mode?: ExpireMode, ...more: never[]): 0 | 1 {
    return this.#run(readCommand.pexpire(key, milliseconds, mode, more));
  }

  /** Removes the TTL; `1` if there was one. */
  persist(key: string): 0 | 1 {
    return this.#run(readCommand.persist(key));
  }

  /** The remaining TTL in seconds; `-1` without one, `-2` without the key. */
  ttl(key: string): number {
    return this.#run(readCommand.ttl(key));
  }

  /** The remaining TTL in milliseconds; `-1` without one, `-2` without the key. */
  pttl(key: string): number {
    return this.#run(readCommand.pttl(key));
  }

  /** The value of a field, or `null`. */
  hget(key: string, field: string): string | null {
    const checkedKey = checkKey(key);
    const checkedField = checkString(field, 'field');
    const counters = this.#space.counters;
    if (++counters.operations >= counters.nextCheckpoint) {
      return counters.checkpoint(hget, this.#space, checkedKey, checkedField);
    }
    return hget(this.#space, checkedKey, checkedField);
  }

  /** Sets one field; answers how many are new. */
  hset(key: string, field: string, value: CacheValue, ...more: CacheValue[]): number;
  /** Sets several fields; answers how many are new. */
  hset(key: string, entries: Entries | readonly CacheValue[]): number;
  hset(key: string, ...rest: unknown[]): number {
    return this.#run(readCommand.hset(key, rest));
  }

  /** Removes fields; answers how many existed. */
  hdel(key: string, ...fields: StringArguments): number {
    return this.#run(readCommand.hdel(key, fields));
  }

  /** `1` if the field exists. */
  hexists(key: string, field: string): 0 | 1 {
    return this.#run(readCommand.hexists(key, field));
  }

  /** All fields and values; `{}` without the key. */
  hgetall(key: string): Record<string, string> {
    return this.#run(readCommand.hgetall(key));
  }

  /** The values of fields, `null` for those that are not there. */
  hmget(key: string, ...fields: StringArguments): (string | null)[] {
    return this.#run(readCommand.hmget(key, fields));
  }

  /** The number of fields. */
  hlen(key: string): number {
    return this.#run(readCommand.hlen(key));
  }

  /** Adds to a field; answers the new number. */
  hincrby(key: string, field: string, by: IntegerArgument): number {
    return this.#run(readCommand.hincrby(key, field, by));
  }

  /** The strings at keys, `null` for those that are missing or not strings. */
  mget(...keys: StringArguments): (string | null)[] {
    return this.#run(readCommand.mget(keys));
  }

  /** Stores several values at once, without TTL. */
  mset(entries: Entries | readonly CacheValue[]): 'OK';
  /** Stores several values at once: `mset(key, value, key, value, …)`. */
  mset(key: string, value: CacheValue, ...more: CacheValue[]): 'OK';
  mset(...entries: unknown[]): 'OK' {
    return this.#run(readCommand.mset(entries));
  }

  /** Adds 1; answers the new number. */
  incr(key: string): number {
    const checked = checkKey(key);
    const counters = this.#space.counters;
    if (++counters.operations >= counters.nextCheckpoint) {
      return counters.checkpoint(incrby, this.#space, checked, 1);
    }
    return incrby(this.#space, checked, 1);
  }

  /** Adds `by`; answers the new number. */
  incrby(key: string, by: IntegerArgument): number {
    return this.#run(readCommand.incrby(key, by));
  }

  /** Subtracts 1; answers the new number. */
  decr(key: string): number {
    return this.#run(readCommand.decrby(key, 1));
  }

  /** Subtracts `by`; answers the new number. */
  decrby(key: string, by: IntegerArgument): number {
    return this.#run(readCommand.decrby(key, by));
  }

  /** `'string'`, `'hash'` or `'none'`. */
  type(key: string): string {
    return this.#run(readCommand.type(key));
  }

  /** All keys that match a glob of Redis's. Walks over every key. */
  keys(pattern: string): string[] {
    return this.#run(readCommand.keys(pattern));
  }

  /**
   * Walks the keys that match a glob, all without one. Keys that come or go meanwhile may or may not be seen; one that is
   * deleted and written again, once more.
   */
  scan(pattern = '*'): IterableIterator<string> {
    const matches = compileGlob(checkString(pattern, 'pattern'));
    const space = this.#space;
    space.counters.operations++;
    return (function* () {
      // Who writes as it goes must not be led on for ever.
      const { end } = space;
      for (let slot = 0; slot < end; slot++) {
        const key = space.keyAt(slot);
        if (key !== undefined && matches(key)) yield key;
      }
    })();
  }

  /** Deletes everything. */
  flushall(): 'OK' {
    return this.#run(readCommand.flushall());
  }

  /** Runs a checked command. */
  execute<N extends CommandName>(command: Command<N>): Reply<N> {
    return this.#run(command);
  }

  /** @param ttl - milliseconds; 0 for none. */
  #set(key: string, value: string, ttl: number): 'OK' {
    const space = this.#space;
    const counters = space.counters;
    if (++counters.operations >= counters.nextCheckpoint) {
      return counters.checkpoint(setString, space, key, value, ttl);
    }
    return setString(space, key, value, ttl);
  }

  #setByWords(key: string, value: CacheValue, ...rest: unknown[]): string | null {
    return this.#run(readCommand.set(key, value, rest));
  }

  #run<N extends CommandName>(command: Command<N>): Reply<N> {
    const counters = this.#space.counters;
    if (++counters.operations >= counters.nextCheckpoint) {
      return counters.checkpoint<[Keyspace, Command<N>], Reply<N>>(run, this.#space, command);
    }
    return run(this.#space, command);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && isWellFormed(value);
}

function getAny(space: Keyspace, key: string): string | null {
  const slot = space.find(key);
  return slot === -1 ? getMissing(space, key) : readString(space, slot);
}

/** A key that is there needs no check, because only checked keys get in. */
function getMissing(space: Keyspace, key: string): string | null {
  const checked = checkKey(key);
  if (checked !== key) return getAny(space, checked);
  space.counters.misses++;
  return null;
}
