import type { Command } from './command.js';

const NONE: readonly string[] = [];

/** The one key of a command, or `undefined` if it has several or none. */
export function keyOf(command: Command): string | undefined {
  return 'key' in command ? command.key : undefined;
}

/** All keys that a command names; none for `keys` and `flushall`, which concern every key. */
export function keysOf(command: Command): readonly string[] {
  switch (command.name) {
    case 'del':
    case 'exists':
    case 'mget':
      return command.keys;
    case 'mset':
      return command.pairs.filter((_, index) => index % 2 === 0);
    case 'keys':
    case 'flushall':
      return NONE;
    default:
      return [command.key];
  }
}
