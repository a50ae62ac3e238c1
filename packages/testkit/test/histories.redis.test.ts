import type { Command, CommandName, Reply } from '@cachefb/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkHistory,
  type HistoryRecord,
  RecordingCache,
  RedisServer,
  readFinalState,
  runWorkload,
} from '../src/index.js';
import { ReferenceBackend } from './reference/reference-backend.js';

type Run = (command: Command) => Promise<unknown>;
type Bug = (command: Command, right: Run, count: number) => Promise<unknown>;

/** A backend that goes wrong now and then. */
class BuggyBackend extends ReferenceBackend {
  bug: Bug = (command, right) => right(command);
  #count = 0;

  override execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    const right: Run = (other) => super.execute(other);
    return this.bug(command as Command, right, this.#count++) as Promise<Reply<N>>;
  }
}

describe('a recorded run of several processes', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start({ persistence: false });
  });
  afterAll(() => server.close());

  async function rulesBroken(seed: number, bug?: Bug): Promise<string[]> {
    await server.call('FLUSHALL');
    const history: HistoryRecord[] = [];
    const writers = ['a', 'b', 'c'].map(async (process, i) => {
      const backend = new BuggyBackend(await server.connect());
      if (bug !== undefined) backend.bug = bug;
      const cache = new RecordingCache(backend, { process, into: history });
      const report = await runWorkload(cache, {
        seed: seed + i,
        writer: process,
        commands: 400,
        keysPerKind: 3,
        callers: 5,
        pause: 0,
      });
      await backend.disconnect();
      expect(report.rejected).toEqual([]);
    });
    await Promise.all(writers);
    expect(history).toHaveLength(1200);
    const connection = await server.connect();
    const final = await readFinalState(connection);
    connection.close();
    return [...new Set(checkHistory(history, final).map(({ rule }) => rule))];
  }

  it('breaks no rule on a real Redis', async () => {
    for (const seed of [1, 2, 3, Math.floor(Math.random() * 1e9)]) {
      expect(await rulesBroken(seed), `seed ${seed}`).toEqual([]);
    }
  });

  const planted: Record<string, readonly [rule: string, bug: Bug]> = {
    'an increment that is sent twice': [
      'counter',
      async (command, right, count) => {
        if (command.name === 'incrby' && count % 20 === 0) await right(command);
        return right(command);
      },
    ],
    'an increment that is answered and not made': [
      'counter',
      (command, right, count) =>
        command.name === 'hincrby' && count % 20 === 0 ? Promise.resolve(1) : right(command),
    ],
    'a write that is answered and not made': [
      'own write',
      (command, right) =>
        command.name === 'set' && command.key.startsWith('register')
          ? Promise.resolve('OK')
          : right(command),
    ],
    'a deletion that is not made': [
      'resurrected',
      (command, right) => (command.name === 'hdel' ? Promise.resolve(1) : right(command)),
    ],
    'a TTL that grows': [
      'deadline',
      (command, right) =>
        right(command.name === 'pexpire' ? { ...command, ms: command.ms * 2 } : command),
    ],
    'a TTL that is left out': [
      'deadline',
      async (command, right) => {
        if (command.name === 'pexpire') return 1;
        return right(command.name === 'set' ? { ...command, ttl: undefined } : command);
      },
    ],
    'values that go to another key': [
      'phantom',
      (command, right) =>
        right(command.name === 'set' ? { ...command, key: 'register:0' } : command),
    ],
  };

  for (const [what, [rule, bug]] of Object.entries(planted)) {
    it(`shows ${what}`, async () => {
      expect(await rulesBroken(7, bug)).toContain(rule);
    });
  }

  it('shows old values that are read from a copy', async () => {
    const copies = new Map<string, unknown>();
    const bug: Bug = async (command, right) => {
      if (command.name !== 'get') return right(command);
      const known = copies.get(command.key);
      const reply = await right(command);
      if (!copies.has(command.key)) copies.set(command.key, reply);
      return known ?? reply;
    };
    expect(await rulesBroken(7, bug)).toContain('own write');
  });
});
