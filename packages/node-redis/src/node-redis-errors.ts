import { type ErrorKind, ErrorText } from '@cachefb/redis/base';
import { ClientClosedError, ClientOfflineError, ErrorReply } from 'redis';

/** What an error is with which a command is rejected, by node-redis or by what speaks in its place. */
export function kindOf(error: Error): ErrorKind {
  if (error instanceof ErrorText || error instanceof ErrorReply) return 'reply';
  const isUnsent = error instanceof ClientClosedError || error instanceof ClientOfflineError;
  return isUnsent ? 'unsent' : 'unknown';
}

/** Whether an `error` event says that a reply belongs to no command: node-redis looks for one, and finds `undefined`. */
export function isStray(error: Error): boolean {
  return error instanceof TypeError && !('code' in error);
}

/** The error reply with which a packet begins. */
export function errorReplyIn(packet: Buffer | undefined): string | undefined {
  return packet === undefined ? undefined : /^-([^\r]*)\r\n/.exec(packet.toString())?.[1];
}

/** Whether an `error` event says that what arrived is no reply of Redis at all. */
export function isForeign({ message }: Error): boolean {
  return message.startsWith('Unknown RESP type');
}
