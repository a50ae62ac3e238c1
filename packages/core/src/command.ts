import type { ExpireMode } from './arguments/expiry.js';
import type { Integer } from './arguments/integer.js';
import type { Pairs } from './arguments/pairs.js';

/** `SET` with everything that may follow; all fields are always there, so that every such command has one shape. */
export interface SetCommand {
  readonly name: 'set';
  readonly key: string;
  readonly value: string;
  /** Relative time to live, milliseconds. */
  readonly ttl: number | undefined;
  /** Absolute time of expiry, epoch milliseconds. */
  readonly deadline: number | undefined;
  readonly keepTtl: boolean;
  readonly nx: boolean;
  readonly xx: boolean;
  readonly get: boolean;
}

/** Every command in its one checked form, with what it answers. The call shapes of the contract are all read into this. */
export interface CommandTable {
  get: { args: { readonly key: string }; reply: string | null };
  set: { args: Omit<SetCommand, 'name'>; reply: string | null };
  del: { args: { readonly keys: readonly string[] }; reply: number };
  exists: { args: { readonly keys: readonly string[] }; reply: number };
  pexpire: {
    args: {
      readonly key: string;
      /** Milliseconds from now; 0 and less delete the key. */
      readonly ms: number;
      readonly mode: ExpireMode | undefined;
    };
    reply: 0 | 1;
  };
  persist: { args: { readonly key: string }; reply: 0 | 1 };
  ttl: { args: { readonly key: string }; reply: number };
  pttl: { args: { readonly key: string }; reply: number };
  hget: {
    args: { readonly key: string; readonly field: string };
    reply: string | null;
  };
  hset: {
    args: { readonly key: string; readonly pairs: Pairs };
    reply: number;
  };
  hdel: {
    args: { readonly key: string; readonly fields: readonly string[] };
    reply: number;
  };
  hexists: {
    args: { readonly key: string; readonly field: string };
    reply: 0 | 1;
  };
  hgetall: { args: { readonly key: string }; reply: Record<string, string> };
  hmget: {
    args: { readonly key: string; readonly fields: readonly string[] };
    reply: (string | null)[];
  };
  hlen: { args: { readonly key: string }; reply: number };
  hincrby: {
    args: {
      readonly key: string;
      readonly field: string;
      readonly by: Integer;
    };
    reply: number;
  };
  mget: {
    args: { readonly keys: readonly string[] };
    reply: (string | null)[];
  };
  mset: { args: { readonly pairs: Pairs }; reply: 'OK' };
  incrby: {
    args: { readonly key: string; readonly by: Integer };
    reply: number;
  };
  type: { args: { readonly key: string }; reply: string };
  keys: { args: { readonly pattern: string }; reply: string[] };
  flushall: { args: unknown; reply: 'OK' };
}

/** The names of checked commands; variants such as `incr` and `decrby` share one. */
export type CommandName = keyof CommandTable;

/** A checked command, ready to be run by any backend. */
export type Command<N extends CommandName = CommandName> = {
  [K in N]: { readonly name: K } & CommandTable[K]['args'];
}[N];

/** What a command answers. */
export type Reply<N extends CommandName = CommandName> = CommandTable[N]['reply'];

const WRITES: ReadonlySet<CommandName> = new Set<CommandName>([
  'set',
  'del',
  'pexpire',
  'persist',
  'hset',
  'hdel',
  'hincrby',
  'mset',
  'incrby',
  'flushall',
]);

/** Whether a command may change something. */
export function isWrite(command: Command): boolean {
  return WRITES.has(command.name);
}
