import { ReplyError } from '@cachefb/core';

/** Redis's words for what a command cannot do to what is there. */
export const wrongType = (): ReplyError =>
  new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value');

export const notAnInteger = (): ReplyError =>
  new ReplyError('ERR value is not an integer or out of range');

export const hashValueNotAnInteger = (): ReplyError =>
  new ReplyError('ERR hash value is not an integer');

export const overflow = (): ReplyError =>
  new ReplyError('ERR increment or decrement would overflow');

export const outOfMemory = (): ReplyError =>
  new ReplyError("OOM command not allowed when used memory > 'maxmemory'.");

/** Redis has no words for it: a value that `maxMemory` can never hold. */
export const tooLarge = (key: string, bytes: number, maxMemory: number): ReplyError =>
  new ReplyError(
    `ERR value of key ${JSON.stringify(key.slice(0, 80))} takes ${bytes} bytes, more than maxMemory (${maxMemory})`,
  );
