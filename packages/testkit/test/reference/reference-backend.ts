import {
  type BackendStatus,
  type CacheBackend,
  type Change,
  type ChangeOutcome,
  type Command,
  CommandFront,
  type CommandName,
  type KeyState,
  type Reply,
} from '@cachefb/core';
import type { RawArgument, RawRedis, RawReply } from '../../src/index.js';
import { toCall } from './calls.js';
import { type Journal, makeChange } from './make-change.js';
import { readState } from './read-state.js';

/**
 * A backend as plain as can be, over a connection that does nothing by itself: it shows that the suites are true of
 * Redis. Alone on its server, so that steps which should be one may be several.
 */
export class ReferenceBackend extends CommandFront implements CacheBackend {
  readonly #redis: RawRedis;
  readonly #journal: Journal = { ids: new Set(), stamps: new Map(), fieldStamps: new Map() };

  constructor(redis: RawRedis) {
    super();
    this.#redis = redis;
  }

  async connect(): Promise<void> {}

  async ping(): Promise<BackendStatus> {
    await this.#redis.call('PING');
    return { writable: true };
  }

  async disconnect(): Promise<void> {
    this.#redis.close();
  }

  async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    const [reply = null] = await this.#redis.pipeline([toCall(command)]);
    if (reply instanceof Error) throw reply;
    return (command.name === 'hgetall' ? toRecord(reply) : toReply(reply)) as Reply<N>;
  }

  read(keys: readonly string[]): Promise<KeyState[]> {
    return Promise.all(keys.map((key) => readState(this.#redis, key)));
  }

  async apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    const outcomes: ChangeOutcome[] = [];
    for (const change of changes)
      outcomes.push(await makeChange(this.#redis, this.#journal, change));
    return outcomes;
  }

  protected async *scanKeys(pattern: string): AsyncIterableIterator<string> {
    const seen = new Set<string>();
    let cursor: RawArgument = '0';
    do {
      const reply = (await this.#redis.call('SCAN', cursor, 'MATCH', pattern)) as RawReply[];
      const [next, keys] = reply as [string, string[]];
      for (const key of keys) {
        if (seen.has(key)) continue;
        seen.add(key);
        yield key;
      }
      cursor = next;
    } while (cursor !== '0');
  }
}

function toReply(reply: RawReply): RawReply {
  return typeof reply === 'bigint' ? Number(reply) : reply;
}

function toRecord(reply: RawReply): Record<string, string> {
  const flat = reply as string[];
  const record: Record<string, string> = Object.create(null);
  for (let i = 0; i < flat.length; i += 2) record[flat[i] as string] = flat[i + 1] as string;
  return record;
}
