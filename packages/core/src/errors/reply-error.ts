import { CacheError } from './cache-error.js';

/**
 * Redis said no to this command, and would on any healthy server: `WRONGTYPE …`, `ERR syntax error`.
 *
 * The message is Redis's own, to the letter, whichever provider answered; `code` is its first word. Never a reason to
 * fail over.
 */
export class ReplyError extends CacheError {
  override readonly name = 'ReplyError';

  constructor(message: string, options?: ErrorOptions) {
    super(message.split(' ', 1)[0] || 'ERR', message, options);
  }
}
