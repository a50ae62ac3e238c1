import type { HistoryOutcome, HistoryRecord } from './record.js';

/**
 * A cell is what changes by itself: a key as a whole, or one field of a hash. What a record did to a cell: it wrote a
 * value (`null`: it removed it), added to it, or read it.
 */
type CellEffect =
  | { readonly kind: 'write'; readonly value: string | null }
  | { readonly kind: 'add'; readonly by: bigint }
  | { readonly kind: 'read'; readonly value: string | null };

/** An effect, when it may have taken place, and by whom. */
export interface CellEvent {
  readonly process: string;
  readonly start: number;
  readonly end: number;
  readonly outcome: HistoryOutcome;
  readonly effect: CellEffect;
  readonly record: HistoryRecord;
}

/** A key, and for the field of a hash its name. */
export interface Cell {
  readonly key: string;
  readonly field?: string | undefined;
}

/** What a record did, and to which cells. */
export interface Effects {
  readonly cells: readonly (readonly [Cell, CellEffect])[];
  /** Keys all of whose fields were removed. */
  readonly cleared: readonly string[];
  /** Whether every key was removed. */
  readonly flushed: boolean;
}

const NOTHING: Effects = { cells: [], cleared: [], flushed: false };

const GONE: CellEffect = { kind: 'write', value: null };

/** What a record did. */
export function effectsOf({ command, outcome, reply }: HistoryRecord): Effects {
  if (outcome === 'failed') return NOTHING;
  const done = outcome === 'done';
  const only = (...cells: (readonly [Cell, CellEffect])[]): Effects => ({ ...NOTHING, cells });
  const remove = (keys: readonly string[]): Effects => ({
    cells: keys.map((key) => [{ key }, GONE] as const),
    cleared: keys,
    flushed: false,
  });
  switch (command.name) {
    case 'set': {
      const written = !done || wasSet(command, reply);
      if (!written) return command.get ? only(readOf({ key: command.key }, reply)) : NOTHING;
      const write = [{ key: command.key }, { kind: 'write', value: command.value }] as const;
      return { cells: [write], cleared: [command.key], flushed: false };
    }
    case 'mset': {
      const cells: (readonly [Cell, CellEffect])[] = [];
      for (let i = 0; i < command.pairs.length; i += 2) {
        const [key, value] = [command.pairs[i] as string, command.pairs[i + 1] as string];
        cells.push([{ key }, { kind: 'write', value }]);
      }
      return { cells, cleared: cells.map(([{ key }]) => key), flushed: false };
    }
    case 'del':
      return remove(command.keys);
    case 'pexpire':
      return command.ms <= 0 && (!done || reply === 1) ? remove([command.key]) : NOTHING;
    case 'flushall':
      return { ...NOTHING, flushed: true };
    case 'incrby':
      return only([{ key: command.key }, { kind: 'add', by: BigInt(command.by) }]);
    case 'hincrby':
      return only([
        { key: command.key, field: command.field },
        { kind: 'add', by: BigInt(command.by) },
      ]);
    case 'hset': {
      const cells: (readonly [Cell, CellEffect])[] = [];
      for (let i = 0; i < command.pairs.length; i += 2) {
        const [field, value] = [command.pairs[i] as string, command.pairs[i + 1] as string];
        cells.push([
          { key: command.key, field },
          { kind: 'write', value },
        ]);
      }
      return only(...cells);
    }
    case 'hdel':
      return only(...command.fields.map((field) => [{ key: command.key, field }, GONE] as const));
    default:
      return done ? only(...readsOf(command, reply)) : NOTHING;
  }
}

/** Whether a `set` that was answered took place; what it answered says so. */
export function wasSet(
  { nx, xx, get }: { readonly nx: boolean; readonly xx: boolean; readonly get: boolean },
  reply: unknown,
): boolean {
  if (!get) return reply === 'OK';
  if (nx) return reply === null;
  return !xx || reply !== null;
}

/** Whether a command was answered that it did nothing, because its condition was not met. */
export function isUnmet(command: HistoryRecord['command'], reply: unknown): boolean {
  switch (command.name) {
    case 'set':
      return !wasSet(command, reply);
    case 'pexpire':
    case 'persist':
      return reply === 0;
    default:
      return false;
  }
}

function readOf(cell: Cell, reply: unknown): readonly [Cell, CellEffect] {
  return [cell, { kind: 'read', value: typeof reply === 'string' ? reply : null }];
}

function readsOf(
  command: HistoryRecord['command'],
  reply: unknown,
): (readonly [Cell, CellEffect])[] {
  const list = Array.isArray(reply) ? (reply as unknown[]) : [];
  switch (command.name) {
    case 'get':
      return [readOf({ key: command.key }, reply)];
    case 'mget':
      return command.keys.map((key, i) => readOf({ key }, list[i]));
    case 'hget':
      return [readOf({ key: command.key, field: command.field }, reply)];
    case 'hmget':
      return command.fields.map((field, i) => readOf({ key: command.key, field }, list[i]));
    case 'hgetall':
      return Object.entries(reply as Record<string, string>).map(([field, value]) =>
        readOf({ key: command.key, field }, value),
      );
    default:
      return [];
  }
}
