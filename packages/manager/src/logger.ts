import type { Logger } from '@cachefb/core';
import { pino } from 'pino';

/** What of a pino logger is used. */
interface PinoLike {
  child: unknown;
  bindings: unknown;
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * The logger of managers that are given none: pino at `info`. `logger.level = 'debug'` turns on detail, `'silent'` turns
 * it off.
 */
export const logger = pino({ name: 'cachefb', level: 'info' });

/** A logger of any kind as the contract's: pino, which takes the fields first, is recognised and called its way. */
export function adaptLogger(given: Logger | PinoLike): Logger {
  if (!isPino(given)) return given;
  return {
    debug: (message, fields = {}) => given.debug(fields, message),
    info: (message, fields = {}) => given.info(fields, message),
    warn: (message, fields = {}) => given.warn(fields, message),
    error: (message, fields = {}) => given.error(fields, message),
  };
}

function isPino(given: Logger | PinoLike): given is PinoLike {
  return 'bindings' in given && typeof given.bindings === 'function' && 'child' in given;
}
