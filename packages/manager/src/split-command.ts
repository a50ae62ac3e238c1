import type { Command, Reply } from '@cachefb/core';

/** A part of a command whose keys share an owner, and how its reply goes into the whole reply. */
export interface CommandPart {
  readonly command: Command;
  /** For `mget`: where each reply belongs. */
  readonly positions: readonly number[];
}

type Splittable = Command<'del' | 'exists' | 'mget' | 'mset'>;

/** Whether a command names several keys, which may have different owners. */
export function isSplittable(command: Command): command is Splittable {
  switch (command.name) {
    case 'del':
    case 'exists':
    case 'mget':
    case 'mset':
      return true;
    default:
      return false;
  }
}

/** Splits a command by a property of its keys; one part for each that occurs. */
export function splitCommand<G>(
  command: Splittable,
  groupOf: (key: string) => G,
): Map<G, CommandPart> {
  const step = command.name === 'mset' ? 2 : 1;
  const items = command.name === 'mset' ? command.pairs : command.keys;
  const groups = new Map<G, { items: string[]; positions: number[] }>();
  for (let i = 0; i < items.length; i += step) {
    const group = groupOf(items[i] as string);
    let part = groups.get(group);
    if (part === undefined) {
      part = { items: [], positions: [] };
      groups.set(group, part);
    }
    part.items.push(...items.slice(i, i + step));
    part.positions.push(i);
  }
  return new Map(
    [...groups].map(([group, part]) => [
      group,
      { command: withItems(command, part.items), positions: part.positions },
    ]),
  );
}

/** Puts the replies of the parts together. */
export function joinReplies(
  command: Splittable,
  parts: readonly CommandPart[],
  replies: readonly Reply[],
): Reply {
  switch (command.name) {
    case 'mset':
      return 'OK';
    case 'mget': {
      const values: (string | null)[] = new Array(command.keys.length).fill(null);
      for (const [index, part] of parts.entries()) {
        const reply = replies[index] as (string | null)[];
        for (const [i, position] of part.positions.entries()) values[position] = reply[i] ?? null;
      }
      return values;
    }
    default:
      return replies.reduce<number>((sum, reply) => sum + (reply as number), 0);
  }
}

function withItems(command: Splittable, items: string[]): Command {
  return command.name === 'mset'
    ? { name: 'mset', pairs: items }
    : { name: command.name, keys: items };
}
