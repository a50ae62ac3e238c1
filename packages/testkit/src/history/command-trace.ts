import { subscribe } from 'node:diagnostics_channel';
import type { CacheProvider, CommandFate } from '@cachefb/core';

/** What a manager tells of a command on the tracing channel `cachefb:command`; complete when the command has ended. */
export interface CommandTrace {
  readonly provider?: CacheProvider;
  readonly fate?: CommandFate;
}

let listening = false;
let first: CommandTrace | undefined;

/** Calls a function that begins a command; answers what it returned, and what is told of the command if anything is. */
export function traced<T>(begin: () => T): readonly [T, CommandTrace | undefined] {
  if (!listening) {
    listening = true;
    subscribe('tracing:cachefb:command:start', (message) => {
      first ??= message as CommandTrace;
    });
  }
  first = undefined;
  const result = begin();
  return [result, first];
}
