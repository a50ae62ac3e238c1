import {
  type Change,
  type ChangeOutcome,
  type Command,
  compileGlob,
  type KeyState,
  ReplyError,
} from '@cachefb/core';
import type { ConformanceGroup } from '../../src/index.js';
import { ReferenceBackend } from './reference-backend.js';

/** A backend with one mistake in it. */
interface Plant {
  readonly mistake: string;
  /** The group of the suite that must notice. */
  readonly group: ConformanceGroup;
  readonly Backend: typeof ReferenceBackend;
}

type Override = (
  command: Command,
  right: (command: Command) => Promise<unknown>,
) => Promise<unknown>;

/** A mistake in how commands are run. */
function wrongly(group: ConformanceGroup, mistake: string, run: Override): Plant {
  class Wrong extends ReferenceBackend {
    override execute = ((command: Command) =>
      run(command, (other) => super.execute(other))) as ReferenceBackend['execute'];
  }
  return { mistake, group, Backend: Wrong };
}

type Port = (
  changes: readonly Change[],
  right: (changes: readonly Change[]) => Promise<ChangeOutcome[]>,
) => Promise<ChangeOutcome[]>;

/** A mistake in how changes are applied. */
function misapplied(group: ConformanceGroup, mistake: string, run: Port): Plant {
  class Wrong extends ReferenceBackend {
    override apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
      return run(changes, (others) => super.apply(others));
    }
  }
  return { mistake, group, Backend: Wrong };
}

class WrongRead extends ReferenceBackend {
  override async read(keys: readonly string[]): Promise<KeyState[]> {
    const states = await super.read(keys);
    return states.map((state) =>
      'deadline' in state && state.deadline !== null
        ? { ...state, deadline: state.deadline - Date.now() }
        : state,
    );
  }
}

class LooseKeys extends ReferenceBackend {
  override get(key: string) {
    return super.get(String(key));
  }
}

let count = 0;

/** Each must be caught. */
export const WRONG_BACKENDS: readonly Plant[] = [
  wrongly('strings', 'a missing key reads as an empty string', async (command, right) => {
    const reply = await right(command);
    return command.name === 'get' ? (reply ?? '') : reply;
  }),
  wrongly('strings', 'set always keeps the TTL', (command, right) =>
    right(command.name === 'set' ? { ...command, keepTtl: command.ttl === undefined } : command),
  ),
  wrongly('strings', 'set ignores nx', (command, right) =>
    right(command.name === 'set' ? { ...command, nx: false } : command),
  ),
  wrongly('call shapes', 'PXAT is taken for PX', (command, right) =>
    right(
      command.name === 'set' && command.deadline !== undefined
        ? { ...command, ttl: command.deadline, deadline: undefined }
        : command,
    ),
  ),
  wrongly('expiry', 'ttl is rounded up', async (command, right) =>
    command.name === 'ttl'
      ? Math.ceil(Number(await right({ ...command, name: 'pttl' })) / 1000)
      : right(command),
  ),
  wrongly('expiry', 'GT takes no TTL for the shortest', async (command, right) => {
    if (command.name !== 'pexpire' || command.mode !== 'GT') return right(command);
    const { key } = command;
    const ttl = await right({ name: 'pttl', key });
    return right(ttl === -1 ? { ...command, mode: undefined } : command);
  }),
  wrongly('expiry', 'counting ends the TTL', async (command, right) => {
    const reply = await right(command);
    if (command.name === 'incrby') await right({ name: 'persist', key: command.key });
    return reply;
  }),
  wrongly('keys and scan', 'del counts what it was asked', async (command, right) => {
    const reply = await right(command);
    return command.name === 'del' && reply !== 0 ? command.keys.length : reply;
  }),
  wrongly('keys and scan', 'exists counts a key once', (command, right) =>
    right(command.name === 'exists' ? { ...command, keys: [...new Set(command.keys)] } : command),
  ),
  wrongly('globs', '? matches a character, not a byte', async (command, right) => {
    if (command.name !== 'keys') return right(command);
    const all = (await right({ name: 'keys', pattern: '*' })) as string[];
    const wide = (text: string) => text.replace(/[^\0-\x7f]/gu, 'x');
    const match = compileGlob(wide(command.pattern));
    return all.filter((key) => match(wide(key)));
  }),
  wrongly('counters', 'sums are rounded to 53 bits', async (command, right) => {
    const reply = await right(command);
    if (command.name !== 'incrby') return reply;
    const set = { name: 'set', key: command.key, value: String(reply), ttl: undefined } as const;
    await right({ ...set, deadline: undefined, keepTtl: true, nx: false, xx: false, get: false });
    return reply;
  }),
  wrongly('errors', 'messages are only nearly those of Redis', async (command, right) => {
    try {
      return await right(command);
    } catch (error) {
      throw new ReplyError(`${(error as Error).message}.`);
    }
  }),
  wrongly('errors', 'a wrong type reads as a missing key', async (command, right) => {
    try {
      return await right(command);
    } catch (error) {
      if (command.name === 'get') return null;
      throw error;
    }
  }),
  wrongly('dangerous names', 'hgetall fills a plain object', async (command, right) => {
    const reply = await right(command);
    if (command.name !== 'hgetall') return reply;
    const plain: Record<string, string> = {};
    for (const [field, value] of Object.entries(reply as object)) plain[field] = value;
    return plain;
  }),
  wrongly('several keys', 'mget leaves out what is missing', async (command, right) => {
    const reply = await right(command);
    return command.name === 'mget' ? (reply as unknown[]).filter((item) => item !== null) : reply;
  }),
  { mistake: 'get takes anything for a key', group: 'bad arguments', Backend: LooseKeys },
  { mistake: 'deadlines are relative', group: 'read', Backend: WrongRead },
  misapplied('apply', 'ids are not remembered', (changes, right) =>
    right(changes.map((change) => ({ ...change, id: `${change.id}${count++}` }))),
  ),
  misapplied('apply', 'expectations are not looked at', (changes, right) =>
    right(changes.map(({ expect: _, ...change }) => change)),
  ),
  misapplied('apply', 'a failed batch stops', async (changes, right) => {
    const outcomes: ChangeOutcome[] = [];
    for (const change of changes) {
      outcomes.push(...(await right([change])));
      if (outcomes.at(-1)?.status === 'refused') break;
    }
    return outcomes;
  }),
  misapplied('apply', 'deadlines get a second more', (changes, right) =>
    right(
      changes.map((change) => {
        const { effect } = change;
        if (!('deadline' in effect) || typeof effect.deadline !== 'number') return change;
        return { ...change, effect: { ...effect, deadline: effect.deadline + 1000 } };
      }),
    ),
  ),
  misapplied('apply', 'fields replace the whole hash', (changes, right) =>
    right(
      changes.map((change) => {
        const { effect } = change;
        if (effect.kind !== 'fields') return change;
        const { set: fields, deadline } = effect;
        return { ...change, effect: { kind: 'put-hash', fields, deadline } };
      }),
    ),
  ),
  misapplied('stamps', 'stamps are not left', (changes, right) =>
    right(changes.map((change) => ({ ...change, stamp: false }))),
  ),
  misapplied('stamps', 'stamps are always overruled', (changes, right) =>
    right(changes.map((change) => ({ ...change, force: true }))),
  ),
];
