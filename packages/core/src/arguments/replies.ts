import { ReplyError } from '../errors/reply-error.js';

/** The errors that Redis gives before it looks at a key: raised here, so that nothing needs to be sent. */
export const notAnInteger = (): ReplyError =>
  new ReplyError('ERR value is not an integer or out of range');

export const syntaxError = (): ReplyError => new ReplyError('ERR syntax error');

export const invalidExpireTime = (command: string): ReplyError =>
  new ReplyError(`ERR invalid expire time in '${command}' command`);

export const wrongNumberOfArguments = (command: string): ReplyError =>
  new ReplyError(`ERR wrong number of arguments for '${command}' command`);
