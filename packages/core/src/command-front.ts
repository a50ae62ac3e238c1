import { readCommand } from './arguments/commands.js';
import { checkString } from './arguments/key.js';
import type { CacheCommands } from './cache-commands.js';
import type { Command, CommandName, Reply } from './command.js';
import { CacheError } from './errors/cache-error.js';

/**
 * The promise-returning commands over one method: reads each call into its checked form and hands it to `execute`.
 *
 * Extend it to write a backend: implement {@link CommandFront.execute} and {@link CommandFront.scanKeys}, and every
 * command, call shape and argument error of the contract is there.
 */
export abstract class CommandFront implements CacheCommands {
  /** Runs one checked command. Rejects with a `ReplyError` or a `CacheUnavailableError`. */
  abstract execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>>;

  /** Walks the keys matching `pattern` (already checked). */
  protected abstract scanKeys(pattern: string): AsyncIterableIterator<string>;

  get(key: string) {
    return this.#run(() => readCommand.get(key));
  }

  async getJSON<T = unknown>(key: string): Promise<T | null> {
    const text = await this.get(key);
    if (text === null) return null;
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new CacheError('INVALID_JSON', `the value of key ${JSON.stringify(key)} is not JSON`, {
        cause,
      });
    }
  }

  set(key: string, value: unknown, ttl?: number): Promise<'OK'>;
  set(key: string, value: unknown, ...rest: unknown[]): Promise<string | null>;
  set(key: string, value: unknown, ...rest: unknown[]): Promise<string | null> {
    return this.#run(() => readCommand.set(key, value, rest));
  }

  del(...keys: unknown[]) {
    return this.#run(() => readCommand.del(keys));
  }

  exists(...keys: unknown[]) {
    return this.#run(() => readCommand.exists(keys));
  }

  expire(key: string, seconds: unknown, mode?: unknown, ...more: unknown[]) {
    return this.#run(() => readCommand.expire(key, seconds, mode, more));
  }

  pexpire(key: string, milliseconds: unknown, mode?: unknown, ...more: unknown[]) {
    return this.#run(() => readCommand.pexpire(key, milliseconds, mode, more));
  }

  persist(key: string) {
    return this.#run(() => readCommand.persist(key));
  }

  ttl(key: string) {
    return this.#run(() => readCommand.ttl(key));
  }

  pttl(key: string) {
    return this.#run(() => readCommand.pttl(key));
  }

  hget(key: string, field: string) {
    return this.#run(() => readCommand.hget(key, field));
  }

  hset(key: string, ...rest: unknown[]) {
    return this.#run(() => readCommand.hset(key, rest));
  }

  hdel(key: string, ...fields: unknown[]) {
    return this.#run(() => readCommand.hdel(key, fields));
  }

  hexists(key: string, field: string) {
    return this.#run(() => readCommand.hexists(key, field));
  }

  hgetall(key: string) {
    return this.#run(() => readCommand.hgetall(key));
  }

  hmget(key: string, ...fields: unknown[]) {
    return this.#run(() => readCommand.hmget(key, fields));
  }

  hlen(key: string) {
    return this.#run(() => readCommand.hlen(key));
  }

  hincrby(key: string, field: string, by: unknown) {
    return this.#run(() => readCommand.hincrby(key, field, by));
  }

  mget(...keys: unknown[]) {
    return this.#run(() => readCommand.mget(keys));
  }

  mset(...entries: unknown[]) {
    return this.#run(() => readCommand.mset(entries));
  }

  incr(key: string) {
    return this.#run(() => readCommand.incrby(key, 1));
  }

  incrby(key: string, by: unknown) {
    return this.#run(() => readCommand.incrby(key, by));
  }

  decr(key: string) {
    return this.#run(() => readCommand.decrby(key, 1));
  }

  decrby(key: string, by: unknown) {
    return this.#run(() => readCommand.decrby(key, by));
  }

  type(key: string) {
    return this.#run(() => readCommand.type(key));
  }

  keys(pattern: string) {
    return this.#run(() => readCommand.keys(pattern));
  }

  scan(pattern = '*') {
    return this.scanKeys(checkString(pattern, 'pattern'));
  }

  flushall() {
    return this.#run(readCommand.flushall);
  }

  #run<N extends CommandName>(read: () => Command<N>): Promise<Reply<N>> {
    let command: Command<N>;
    try {
      command = read();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.execute(command);
  }
}
