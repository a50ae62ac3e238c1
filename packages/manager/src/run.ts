import {
  type CacheBackend,
  type Command,
  type CommandName,
  type Reply,
  replyAfter,
  runCommand,
} from '@cachefb/core';

/** Runs a checked command on a backend by the shortest way that it offers. */
export function run<N extends CommandName>(
  backend: CacheBackend,
  command: Command<N>,
): Promise<Reply<N>> {
  return backend.execute === undefined ? runCommand(backend, command) : backend.execute(command);
}

/**
 * As {@link run}, and tells the reply as soon as it is there: those of a backend that tells receivers are then told in the
 * order in which they arrived, whoever asked. What waits for the promise may be overtaken.
 */
export function runTelling(
  backend: CacheBackend,
  command: Command,
  onReply: (reply: Reply) => void,
): Promise<Reply> {
  if (backend.submit === undefined) {
    return run(backend, command).then((reply) => {
      onReply(reply);
      return reply;
    });
  }
  return new Promise((resolve, reject) => {
    const answered = (reply: Reply, until?: Promise<void>) => {
      onReply(reply);
      resolve(replyAfter(until, reply));
    };
    backend.submit?.(command, { answered, failed: reject });
  });
}
