import type { ErrorKind } from './base/client-connection.js';

/** What ioredis says of a command that it did not send. */
const UNSENT: readonly RegExp[] = [/^Stream isn't writeable/, /^Cluster isn't ready/];

/** What an error is with which ioredis rejects a command. Several copies may be installed: `instanceof` says nothing. */
export function kindOf({ name, message }: Error): ErrorKind {
  if (name === 'ReplyError') return 'reply';
  return UNSENT.some((text) => text.test(message)) ? 'unsent' : 'unknown';
}

/** Whether ioredis lost count of which reply belongs to which command. */
export function isDesynchronised({ message }: Error): boolean {
  return message.startsWith('Command queue state error');
}

/** The error reply that made it lose count; `undefined` if it was another reply. */
export function strayReply({ message }: Error): string | undefined {
  return /Last error: (.*)/s.exec(message)?.[1];
}

/** Whether what arrived is no reply of Redis at all. */
export function isForeign({ message }: Error): boolean {
  return message.startsWith('Unknown RESP type');
}
