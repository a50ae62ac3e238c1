import type { Logger } from '@cachefb/core';

/** Warns of something. */
export type Warn = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/** Warns of each thing once, however many connections are opened. */
export function warnOnce(logger: Logger): Warn {
  const told = new Set<string>();
  return (message, fields) => {
    if (told.has(message)) return;
    told.add(message);
    logger.warn(message, fields);
  };
}
