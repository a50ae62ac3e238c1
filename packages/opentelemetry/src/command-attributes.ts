import type { CommandMessage } from '@cachefb/manager';
import type { Attributes } from '@opentelemetry/api';
import {
  DB_OPERATION_NAME,
  DB_QUERY_TEXT,
  DB_RESPONSE_STATUS_CODE,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  PROVIDER,
} from './conventions.js';

/** Commands that have more words than their keys. */
const WITH_WORDS: ReadonlySet<string> = new Set([
  'set',
  'pexpire',
  'hget',
  'hset',
  'hdel',
  'hexists',
  'hmget',
  'hincrby',
  'incrby',
  'keys',
]);

/** As Redis writes it. */
export function operationName({ name }: CommandMessage): string {
  return name.toUpperCase();
}

/** What is known of a command when it begins. */
export function startAttributes(command: CommandMessage, keys: boolean): Attributes {
  return {
    [DB_SYSTEM_NAME]: 'redis',
    [DB_OPERATION_NAME]: operationName(command),
    ...(keys && { [DB_QUERY_TEXT]: queryText(command) }),
  };
}

/** What is known of it when it has ended. */
export function endAttributes({ provider, error }: CommandMessage): Attributes {
  return {
    ...(provider !== undefined && { [PROVIDER]: provider }),
    ...(error !== undefined && errorAttributes(error)),
  };
}

/** The error's class, not its message: that may name a key. */
function errorAttributes(error: unknown): Attributes {
  if (!(error instanceof Error)) return { [ERROR_TYPE]: '_OTHER' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    [ERROR_TYPE]: code ?? error.name,
    ...(code !== undefined && error.name === 'ReplyError' && { [DB_RESPONSE_STATUS_CODE]: code }),
  };
}

/** The command with its keys; a question mark stands for everything else. */
function queryText(command: CommandMessage): string {
  const words =
    command.name === 'mset' ? command.keys.flatMap((key) => [key, '?']) : [...command.keys];
  if (WITH_WORDS.has(command.name)) words.push('?');
  return [operationName(command), ...words].join(' ');
}
