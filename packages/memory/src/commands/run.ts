import type { Command, CommandName, Reply } from '@cachefb/core';
import type { Keyspace } from '../keyspace.js';
import { hashCommands } from './hashes.js';
import { keyCommands } from './keys.js';
import { stringCommands } from './strings.js';

type Commands = {
  readonly [N in CommandName]: (space: Keyspace, command: Command<N>) => Reply<N>;
};

const COMMANDS: Commands = { ...stringCommands, ...hashCommands, ...keyCommands };

/** Runs a checked command. */
export function run<N extends CommandName>(space: Keyspace, command: Command<N>): Reply<N> {
  const body = COMMANDS[command.name] as (space: Keyspace, command: Command<N>) => Reply<N>;
  return body(space, command);
}
