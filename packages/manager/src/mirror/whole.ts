import type { Command } from '@cachefb/core';
import type { Happening } from '@cachefb/sync';

/** What leaves nothing open of the keys that it writes. */
const WHOLE: ReadonlySet<string> = new Set(['mset', 'del', 'flushall']);

/** Whether a key that was not there before is known in whole by the command. */
export function saysWhole(command: Command): boolean {
  return command.name === 'set' ? !command.keepTtl : WHOLE.has(command.name);
}

/** Whether it leaves nothing of what was there before. */
export function isWhole(happening: Happening): boolean {
  return happening.kind === 'put' && happening.deadline !== 'keep';
}

/** Whether it can be what brings a key into being, as far as it says itself. */
export function mayBegin(happening: Happening): boolean {
  switch (happening.kind) {
    case 'increment':
    case 'increment-field':
      return happening.result === happening.by;
    case 'put':
    case 'set-fields':
      return true;
    default:
      return false;
  }
}
