import {
  type CacheBackend,
  type Command,
  type CommandName,
  type Reply,
  runCommand,
} from '@cachefb/core';

/** Runs a checked command on a backend by the shortest way that it offers. */
export function run<N extends CommandName>(
  backend: CacheBackend,
  command: Command<N>,
): Promise<Reply<N>> {
  return backend.execute === undefined ? runCommand(backend, command) : backend.execute(command);
}
