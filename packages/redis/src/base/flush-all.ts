import type { Command, ReplyReceiver } from '@cachefb/core';
import type { Coalescer } from './coalesce/coalescer.js';
import type { Epoch } from './epoch.js';

/** A flush of ours is no loss: it is done when the marker is back, so that a crash right after it is none either. */
export function flushAll(
  commands: Coalescer,
  command: Command,
  receiver: ReplyReceiver,
  epoch: Epoch,
): void {
  let isBack: Promise<void> | undefined;
  commands.submit(command, {
    answered: (reply) => receiver.answered(reply, isBack),
    failed: (error) => receiver.failed(error),
  });
  commands.flush();
  isBack = epoch.putBack(commands.link);
}
